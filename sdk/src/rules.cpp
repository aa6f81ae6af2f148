// SPDX-License-Identifier: Apache-2.0
#include <mortise/rules.h>

#include <algorithm>
#include <cmath>

#include <mortise/text.h>

namespace mortise {

namespace {

std::string_view kind_of(const Json& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            return "null";
        case boost::json::kind::bool_:
            return "a boolean";
        case boost::json::kind::string:
            return "a text";
        case boost::json::kind::array:
            return "a list";
        case boost::json::kind::object:
            return "an object";
        default:
            return "a number";
    }
}

std::string plain(double number) {
    return to_text(Json(number));
}

bool is_email(std::string_view text) {
    const std::size_t at = text.rfind('@');
    const auto is_plain = [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return byte > 0x20 && byte != 0x7F && character != '<' && character != '>' && character != ',' &&
               character != '"' && character != '(' && character != ')';
    };
    return text.size() <= 254 && at != std::string_view::npos && at > 0 && at <= 64 && at + 1 < text.size() &&
           text.find('@') == at && text[at + 1] != '.' && text.back() != '.' &&
           text.find("..", at) == std::string_view::npos && std::all_of(text.begin(), text.end(), is_plain);
}

template <class Bound>
std::string between(const std::optional<Bound>& least, const std::optional<Bound>& most) {
    if (least && most) return std::to_string(*least) + " to " + std::to_string(*most);
    return least ? "at least " + std::to_string(*least) : "at most " + std::to_string(*most);
}

bool in_range(double value, const std::optional<double>& least, const std::optional<double>& most,
              Faults& faults) {
    if (least && value < *least) {
        faults.add("too_small", "Must be at least " + plain(*least) + ".");
        return false;
    }
    if (most && value > *most) {
        faults.add("too_large", "Must be at most " + plain(*most) + ".");
        return false;
    }
    return true;
}

Error refusal(const std::vector<FieldFault>& faults, bool is_query) {
    Error error(Code::unprocessable, is_query ? "The query has values that are not allowed."
                                              : "The body has values that are not allowed.");
    for (const FieldFault& fault : faults) error.with_fault(fault);
    return error;
}

}  // namespace

Rules& Rules::required() {
    is_required_ = true;
    return *this;
}

Rules& Rules::optional() {
    is_required_ = false;
    return *this;
}

Rules& Rules::not_null() {
    refuses_null_ = true;
    return *this;
}

Rules& Rules::length(std::size_t least, std::size_t most) {
    least_length_ = least;
    most_length_ = most;
    return *this;
}

Rules& Rules::range(double least, double most) {
    least_ = least;
    most_ = most;
    return *this;
}

Rules& Rules::items(std::size_t least, std::size_t most) {
    least_items_ = least;
    most_items_ = most;
    return *this;
}

Rules& Rules::one_of(std::vector<std::string> values) {
    values_ = std::move(values);
    return *this;
}

Rules& Rules::email() {
    is_email_ = true;
    return *this;
}

Rules& Rules::check(std::string name, Check check) {
    check_name_ = std::move(name);
    check_ = std::move(check);
    return *this;
}

Rules& Rules::about(std::string sentence) {
    about_ = std::move(sentence);
    return *this;
}

void Faults::add(std::string code, std::string detail) {
    found_.push_back({place_, std::move(code), std::move(detail)});
}

void Faults::enter(std::string_view member) {
    marks_.push_back(place_.size());
    if (!is_query_ || marks_.size() > 1) place_ += '/';
    for (const char character : member) {
        if (character == '~')
            place_ += "~0";
        else if (character == '/')
            place_ += "~1";
        else
            place_ += character;
    }
}

void Faults::enter(std::size_t index) {
    enter(std::to_string(index));
}

void Faults::leave() {
    place_.resize(marks_.back());
    marks_.pop_back();
}

void Faults::throw_if_any() const {
    if (!found_.empty()) throw refusal(found_, is_query_);
}

std::optional<bool> RuleBook::read_flag(const Json& value, Faults& faults) {
    if (const bool* flag = value.if_bool()) return *flag;
    refuse_type("true or false", value, faults);
    return std::nullopt;
}

std::optional<std::int64_t> RuleBook::read_integer(const Json& value, const Rules& rules, std::int64_t least,
                                                   std::uint64_t most, Faults& faults) {
    std::int64_t number = 0;
    if (const std::int64_t* exact = value.if_int64()) {
        number = *exact;
    } else if (const double* real = value.if_double();
               real && *real == std::floor(*real) && std::abs(*real) < 9e15) {
        number = static_cast<std::int64_t>(*real);  // 3.0 and 3e0 are the integer 3 in JSON
    } else if (value.is_uint64()) {
        faults.add("too_large", "The number is too large.");
        return std::nullopt;
    } else {
        refuse_type("a whole number", value, faults);
        return std::nullopt;
    }
    if (number < least || (number > 0 && static_cast<std::uint64_t>(number) > most)) {
        faults.add(number < least ? "too_small" : "too_large", "The number is out of range.");
        return std::nullopt;
    }
    if (!in_range(static_cast<double>(number), rules.least_, rules.most_, faults)) return std::nullopt;
    return number;
}

std::optional<double> RuleBook::read_number(const Json& value, const Rules& rules, Faults& faults) {
    if (!value.is_number()) {
        refuse_type("a number", value, faults);
        return std::nullopt;
    }
    const double number = value.to_number<double>();
    if (!in_range(number, rules.least_, rules.most_, faults)) return std::nullopt;
    return number;
}

std::optional<std::string> RuleBook::read_text(const Json& value, const Rules& rules, Faults& faults) {
    const auto* sent = value.if_string();
    if (sent == nullptr) {
        refuse_type("a text", value, faults);
        return std::nullopt;
    }
    const std::string_view text(*sent);
    const std::size_t characters = count_characters(text);
    if (rules.least_length_ && characters < *rules.least_length_) {
        faults.add("too_short",
                   "Must have " + between(rules.least_length_, rules.most_length_) + " characters.");
        return std::nullopt;
    }
    if (rules.most_length_ && characters > *rules.most_length_) {
        faults.add("too_long",
                   "Must have " + between(rules.least_length_, rules.most_length_) + " characters.");
        return std::nullopt;
    }
    if (text.find('\0') != std::string_view::npos || !is_utf8(text)) {  // PostgreSQL has no place for either
        faults.add("bad_character", "Must be UTF-8 without the character U+0000.");
        return std::nullopt;
    }
    if (!rules.values_.empty() && !contains(rules.values_, text)) {
        faults.add("not_allowed", "Must be one of: " + join(rules.values_, ", ") + ".");
        return std::nullopt;
    }
    if (rules.is_email_ && !is_email(text)) {
        faults.add("bad_email", "Must be an e-mail address.");
        return std::nullopt;
    }
    if (rules.check_) {
        if (auto why = rules.check_(text)) {
            faults.add(rules.check_name_, std::move(*why));
            return std::nullopt;
        }
    }
    return std::string(text);
}

std::optional<Time> RuleBook::read_time(const Json& value, Faults& faults) {
    const auto* text = value.if_string();
    if (text == nullptr) {
        refuse_type("a time", value, faults);
        return std::nullopt;
    }
    const auto time = parse_rfc3339(*text);
    if (!time) faults.add("bad_time", "Must be a time as in 2026-11-21T16:45:00Z.");
    return time;
}

bool RuleBook::allow_null(const Json& value, const Rules& rules, Faults& faults) {
    if (rules.refuses_null_) refuse_type("a value", value, faults);
    return !rules.refuses_null_;
}

bool RuleBook::check_items(std::size_t count, const Rules& rules, Faults& faults) {
    const bool too_few = rules.least_items_ && count < *rules.least_items_;
    const bool too_many = rules.most_items_ && count > *rules.most_items_;
    if (!too_few && !too_many) return true;
    faults.add(too_few ? "too_few" : "too_many",
               "Must have " + between(rules.least_items_, rules.most_items_) + " items.");
    return false;
}

void RuleBook::refuse_type(std::string_view expected, const Json& value, Faults& faults) {
    faults.add("wrong_type",
               "Must be " + std::string(expected) + ", not " + std::string(kind_of(value)) + ".");
}

Json RuleBook::flag_in(const std::string& text) {
    if (text == "true") return true;
    if (text == "false") return false;
    return boost::json::string(text);
}

Json RuleBook::number_in(const std::string& text) {
    try {
        Json number = parse_json(text);
        if (number.is_number()) return number;
    } catch (const Error&) {
    }
    return boost::json::string(text);
}

JsonObject RuleBook::type_schema(std::string_view type, std::string_view format) {
    JsonObject schema{{"type", boost::json::string(type)}};
    if (!format.empty()) schema["format"] = boost::json::string(format);
    return schema;
}

JsonObject RuleBook::text_schema(const Rules& rules) {
    JsonObject schema{{"type", "string"}};
    if (rules.least_length_) schema["minLength"] = *rules.least_length_;
    if (rules.most_length_) schema["maxLength"] = *rules.most_length_;
    if (rules.is_email_) schema["format"] = "email";
    if (!rules.values_.empty()) schema["enum"] = JsonArray(rules.values_.begin(), rules.values_.end());
    return schema;
}

JsonObject RuleBook::number_schema(const Rules& rules, bool is_integer) {
    JsonObject schema{{"type", is_integer ? "integer" : "number"}};
    if (rules.least_) schema["minimum"] = *rules.least_;
    if (rules.most_) schema["maximum"] = *rules.most_;
    return schema;
}

JsonObject RuleBook::list_schema(Json item, const Rules& rules) {
    JsonObject schema{{"type", "array"}};
    schema["items"] = std::move(item);
    if (rules.least_items_) schema["minItems"] = *rules.least_items_;
    if (rules.most_items_) schema["maxItems"] = *rules.most_items_;
    return schema;
}

void RuleBook::describe(JsonObject& schema, const Rules& rules, bool may_be_null) {
    if (may_be_null && !rules.refuses_null_ && schema.contains("type"))
        schema["type"] = JsonArray{schema["type"], "null"};
    if (!rules.about_.empty()) schema["description"] = rules.about_;
}

}  // namespace mortise
