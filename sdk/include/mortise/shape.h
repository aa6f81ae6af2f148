// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/mp11/algorithm.hpp>

#include <mortise/described.h>
#include <mortise/field.h>
#include <mortise/json.h>
#include <mortise/rules.h>
#include <mortise/text.h>
#include <mortise/time.h>

namespace mortise {

namespace detail {

template <class T>
using MembersOf = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T>
struct Unwrapped {
    using type = T;
    static constexpr bool may_be_null = false;
};
template <class T>
struct Unwrapped<std::optional<T>> {
    using type = T;
    static constexpr bool may_be_null = true;
};
template <class T>
struct Unwrapped<Field<T>> {
    using type = T;
    static constexpr bool may_be_null = true;
};

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;

template <class T>
concept Whole = std::integral<T> && !std::same_as<T, bool>;

// A member without a default of its own must be sent.
template <class T, class Owner, class Member>
bool has_own_default(Member Owner::* member) {
    constexpr bool has_default = std::default_initializable<T>;
    if constexpr (has_default && is_list<Member>) return !(T{}.*member).empty();
    else if constexpr (has_default && std::equality_comparable<Member>) return !(T{}.*member == Member{});
    else return false;
}

}  // namespace detail

/// How a described struct looks on the wire: reads it from JSON or from a query with every fault
/// told, writes nothing, and gives its JSON Schema. Made in start(), used by routes and events.
///
///     Shape<NewTask> new_task;
///     new_task.at(&NewTask::title).length(1, 200);
///     new_task.at(&NewTask::priority).one_of(options.texts("priorities"));
///
/// Member types: bool, integers, double, std::string, Time, Json, described structs, std::vector,
/// std::optional and Field of these. Members the client sends beyond these are ignored.
template <Described T>
class Shape {
public:
    Shape() {
        each_member([&](auto descriptor, std::size_t) {
            using Member = std::remove_cvref_t<decltype(std::declval<T>().*descriptor.pointer)>;
            names_.push_back(to_camel_case(descriptor.name));
            Rules rules;
            rules.is_required_ =
                !detail::Unwrapped<Member>::may_be_null && !detail::has_own_default<T>(descriptor.pointer);
            rules_.push_back(std::move(rules));
        });
    }

    /// The rules of one member (or of one of a described base), to be narrowed.
    template <class Owner, class Member>
    Rules& at(Member Owner::* member) {
        Rules* found = nullptr;
        each_member([&](auto descriptor, std::size_t place) {
            if constexpr (std::same_as<std::remove_cv_t<decltype(descriptor.pointer)>, Member Owner::*>)
                if (descriptor.pointer == member) found = &rules_[place];
        });
        if (found == nullptr) throw std::logic_error("Shape::at: the member is not in BOOST_DESCRIBE_STRUCT");
        return *found;
    }

    /// The rules of a member that is itself a described struct, or a list of them.
    template <class Owner, class Member, Described Inner>
    Shape& nested(Member Owner::* member, Shape<Inner> shape) {
        at(member).nested_ = std::make_shared<const Shape<Inner>>(std::move(shape));
        return *this;
    }

    /// Fills `value` from a JSON object, adding a fault for all that is not allowed.
    void read(const Json& json, T& value, Faults& faults) const {
        const JsonObject* object = json.if_object();
        if (object == nullptr) return RuleBook::refuse_type("an object", json, faults);
        each_member([&](auto descriptor, std::size_t place) {
            faults.enter(names_[place]);
            const Json* sent = object->if_contains(names_[place]);
            if (sent != nullptr) read_value(*sent, value.*descriptor.pointer, rules_[place], faults);
            else if (*rules_[place].is_required_) faults.add("required", "Is required.");
            faults.leave();
        });
    }

    /// Fills `value` from query parameters; the texts become numbers, flags and lists (separated by commas,
    /// or one name several times) as the members want them. Of other equal names the first counts.
    void read_query(const std::vector<std::pair<std::string, std::string>>& pairs, T& value, Faults& faults) const {
        JsonObject object;
        each_member([&](auto descriptor, std::size_t place) {
            using Member = typename detail::Unwrapped<std::remove_cvref_t<decltype(value.*descriptor.pointer)>>::type;
            for (const auto& [name, text] : pairs) {
                if (name != names_[place]) continue;
                Json sent = from_text<Member>(text);
                if constexpr (detail::is_list<Member>) {
                    if (Json* known = object.if_contains(name)) {
                        for (Json& item : sent.get_array()) known->get_array().push_back(std::move(item));
                        continue;
                    }
                }
                if (!object.contains(name)) object[name] = std::move(sent);
            }
        });
        read(object, value, faults);
    }

    /// JSON Schema (2020-12) of the struct.
    JsonObject schema() const {
        JsonObject properties;
        JsonArray required;
        each_member([&](auto descriptor, std::size_t place) {
            using Member = std::remove_cvref_t<decltype(std::declval<T>().*descriptor.pointer)>;
            properties[names_[place]] = value_schema<Member>(rules_[place]);
            if (*rules_[place].is_required_) required.push_back(boost::json::string(names_[place]));
        });
        JsonObject schema{{"type", "object"}};
        schema["properties"] = std::move(properties);
        if (!required.empty()) schema["required"] = std::move(required);
        return schema;
    }

private:
    template <class Visit>
    static void each_member(Visit visit) {
        std::size_t place = 0;
        boost::mp11::mp_for_each<detail::MembersOf<T>>([&](auto descriptor) { visit(descriptor, place++); });
    }

    template <class Member>
    static void read_value(const Json& json, Member& out, const Rules& rules, Faults& faults) {
        if constexpr (detail::Unwrapped<Member>::may_be_null) {
            typename detail::Unwrapped<Member>::type value{};
            if (json.is_null()) {
                if (rules.refuses_null_) return RuleBook::refuse_type("a value", json, faults);
                out = std::nullopt;
            } else {
                read_value(json, value, rules, faults);
                out = std::move(value);
            }
        } else if constexpr (std::same_as<Member, Json>) {
            out = json;
        } else if constexpr (std::same_as<Member, bool>) {
            if (auto flag = RuleBook::read_flag(json, faults)) out = *flag;
        } else if constexpr (detail::Whole<Member>) {
            using Limits = std::numeric_limits<Member>;
            if (auto number = RuleBook::read_integer(json, rules, static_cast<std::int64_t>(Limits::min()),
                                                     static_cast<std::uint64_t>(Limits::max()), faults))
                out = static_cast<Member>(*number);
        } else if constexpr (std::floating_point<Member>) {
            if (auto number = RuleBook::read_number(json, rules, faults)) out = static_cast<Member>(*number);
        } else if constexpr (std::same_as<Member, std::string>) {
            if (auto text = RuleBook::read_text(json, rules, faults)) out = std::move(*text);
        } else if constexpr (std::same_as<Member, Time>) {
            if (auto time = RuleBook::read_time(json, faults)) out = *time;
        } else if constexpr (detail::is_list<Member>) {
            read_list(json, out, rules, faults);
        } else {
            shape_of<Member>(rules).read(json, out, faults);
        }
    }

    template <class Item>
    static void read_list(const Json& json, std::vector<Item>& out, const Rules& rules, Faults& faults) {
        const JsonArray* array = json.if_array();
        if (array == nullptr) return RuleBook::refuse_type("a list", json, faults);
        if (!RuleBook::check_items(array->size(), rules, faults)) return;
        out.assign(array->size(), Item{});
        for (std::size_t index = 0; index < array->size(); ++index) {
            faults.enter(index);
            Item item{};
            read_value((*array)[index], item, rules, faults);
            out[index] = std::move(item);
            faults.leave();
        }
    }

    // A text that is no number stays a text, and read() then tells the wrong type.
    template <class Member>
    static Json from_text(const std::string& text) {
        if constexpr (detail::is_list<Member>) {
            JsonArray items;
            for (std::string_view rest = text; !rest.empty();)
                items.push_back(from_text<typename Member::value_type>(std::string(take_until(rest, ','))));
            return items;
        } else if constexpr (std::same_as<Member, bool>) {
            if (text == "true") return true;
            if (text == "false") return false;
        } else if constexpr (std::is_arithmetic_v<Member>) {
            try {
                Json number = parse_json(text);
                if (number.is_number()) return number;
            } catch (const Error&) {
            }
        }
        return Json(boost::json::string(text));
    }

    template <class Member>
    static Json value_schema(const Rules& rules) {
        using Value = typename detail::Unwrapped<Member>::type;
        JsonObject schema;
        if constexpr (std::same_as<Value, bool>) schema = {{"type", "boolean"}};
        else if constexpr (detail::Whole<Value>) schema = RuleBook::number_schema(rules, true);
        else if constexpr (std::floating_point<Value>) schema = RuleBook::number_schema(rules, false);
        else if constexpr (std::same_as<Value, std::string>) schema = RuleBook::text_schema(rules);
        else if constexpr (std::same_as<Value, Time>) schema = {{"type", "string"}, {"format", "date-time"}};
        else if constexpr (detail::is_list<Value>)
            schema = RuleBook::list_schema(value_schema<typename Value::value_type>(rules), rules);
        else if constexpr (Described<Value>) schema = shape_of<Value>(rules).schema();
        if constexpr (detail::Unwrapped<Member>::may_be_null)
            if (schema.contains("type") && !rules.refuses_null_) schema["type"] = JsonArray{schema["type"], "null"};
        RuleBook::describe(schema, rules);
        return schema;
    }

    template <Described Inner>
    static const Shape<Inner>& shape_of(const Rules& rules) {
        static const Shape<Inner> plain;
        return rules.nested_ ? *static_cast<const Shape<Inner>*>(rules.nested_.get()) : plain;
    }

    std::vector<std::string> names_;
    std::vector<Rules> rules_;
};

}  // namespace mortise
