// SPDX-License-Identifier: Apache-2.0
#include "config/value_reader.h"

#include <algorithm>
#include <utility>

#include <mortise/text.h>

#include "config/interpolate.h"
#include "config/merge.h"
#include "config/nearest.h"
#include "config/scalars.h"
#include "config/utf8.h"

namespace mortise::config {

namespace {

// What a fault shows of a value: as the file writes it, shortened, passwords masked.
std::string shown(const Row& row, const Node& node) {
    constexpr std::size_t longest = 60;
    std::string text = is_url(row) ? without_password(node.text) : node.text;
    if (text.size() > longest) {
        std::size_t end = longest;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
        text = text.substr(0, end) + "...";
    }
    return "'" + text + "'";
}

std::string_view kind_phrase(const Node& node) {
    switch (node.kind) {
        case Node::Kind::list:
            return "a list";
        case Node::Kind::map:
            return "a map";
        default:
            return "a single value";
    }
}

// What one item of a list, or one value of entries, must be.
Row item_of(const Row& row) {
    Row item = row;
    item.fallback.reset();
    item.min_items.reset();
    item.max_items.reset();
    item.key_format.reset();
    if (row.type == Type::texts || row.type == Type::text_entries) item.type = Type::text;
    if (row.type == Type::integers || row.type == Type::integer_entries) item.type = Type::integer;
    if (row.type == Type::groups || row.type == Type::entries) item.type = Type::group;
    return item;
}

template <typename T>
void collect(std::vector<T>& list, OptionValue value) {
    if (T* item = std::get_if<T>(&value.value)) list.push_back(std::move(*item));
}

template <typename T>
void collect(Options::Map<T>& map, const std::string& name, OptionValue value) {
    if (T* item = std::get_if<T>(&value.value)) map.emplace(name, std::move(*item));
}

OptionValue nothing_of(Type type) {
    switch (type) {
        case Type::texts:
            return {std::vector<std::string>()};
        case Type::integers:
            return {std::vector<std::int64_t>()};
        case Type::groups:
            return {std::vector<Options>()};
        case Type::entries:
            return {Options::Map<Options>()};
        case Type::text_entries:
            return {Options::Map<std::string>()};
        case Type::integer_entries:
            return {Options::Map<std::int64_t>()};
        default:
            return {};
    }
}

std::string below(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : path + "." + std::string(name);
}

std::string allowed(const Row& row) {
    const std::string range = range_of(row);
    return ", allowed: " + (range.empty() ? std::string(phrase_of(row.type)) : range);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& values) {
    const std::string_view near = nearest(word, {values.begin(), values.end()});
    return near.empty() ? "" : "; did you mean '" + std::string(near) + "'?";
}

bool starts_with_one_of(std::string_view text, const std::vector<std::string>& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [text](const std::string& prefix) {
        return text.starts_with(prefix) && text.size() > prefix.size();
    });
}

}  // namespace

Options ValueReader::group(const Schema& rows, const Node& node, const std::string& path,
                           const Place& place) {
    for_shadowed(node, [&](const Node& replaced) { group(rows, replaced, path, place); });
    if (node.kind != Node::Kind::map && node.kind != Node::Kind::null) {
        if (node.kind != Node::Kind::faulty)
            fault(node.place, path,
                  std::string(kind_phrase(node)) + " stands where " + std::string(phrase_of(Type::group)) +
                      " belongs");
        // Every declared name is there nevertheless; what is missing in it is not told on top.
        const bool was_in_shadow = std::exchange(in_shadow_, true);
        Options empty = group(rows, Node{}, path, place);
        in_shadow_ = was_in_shadow;
        return empty;
    }
    std::vector<std::pair<std::string, OptionValue>> values;
    for (const Entry& entry : node.entries)
        if (find_row(rows, entry.key) == nullptr)
            fault(entry.key_place, below(path, entry.key),
                  "unknown key, " + suggestion(entry.key, names_of(rows)));
    for (const Row& row : rows) {
        const Entry* entry = node.find(row.name);
        const std::string name = below(path, row.name);
        values.emplace_back(
            row.name, entry ? value(row, entry->value, name, entry->key_place) : absent(row, name, place));
    }
    return Options(path, std::move(values));
}

OptionValue ValueReader::value(const Row& row, const Node& node, const std::string& path,
                               const Place& place) {
    if (row.type != Type::group)  // a group looks after what it replaces itself
        for_shadowed(node, [&](const Node& replaced) { given(row, replaced, path, place); });
    if (is_entries(row.type) && row.fallback &&
        (node.kind == Node::Kind::map || node.kind == Node::Kind::null))
        return given(row, merge(row.fallback->node, node), path, place);
    return given(row, node, path, place);
}

OptionValue ValueReader::absent(const Row& row, const std::string& path, const Place& place) {
    if (row.fallback) return row.fallback->value;
    if (row.required) {
        if (!in_shadow_) fault(place, path, "is required, allowed: " + std::string(phrase_of(row.type)));
        return {};
    }
    if (row.type == Type::group && stands_alone(row.options))
        return {group(row.options, Node{}, path, place)};
    return nothing_of(row.type);
}

OptionValue ValueReader::given(const Row& row, const Node& node, const std::string& path,
                               const Place& place) {
    if (row.type == Type::group) return {group(row.options, node, path, place)};
    if (is_entries(row.type)) return entries(row, node, path);
    if (is_list(row.type)) return list(row, node, path);
    if (row.type == Type::secret) return secret(row, node, path);
    if (row.type == Type::text) return text(row, node, path);
    const auto words = scalar(row, node, path);
    return words ? typed(row, node, *words, path) : OptionValue{};
}

OptionValue ValueReader::secret(const Row& row, const Node& node, const std::string& path) {
    if (node.kind == Node::Kind::faulty) return {};
    if (!node.is_scalar() || !is_bare_interpolation(node.text)) {
        fault(node.place, path, "a secret does not stand in the file, allowed: ${NAME} or ${file:/path}");
        return {};
    }
    const auto given = scalar(row, node, path);
    if (!given) return {};
    if (given->text.empty())
        fault(node.place, path, node.text + " is empty");
    else
        check_text(row, node, *given, path);
    return {OptionValue::Secret{given->text}};
}

OptionValue ValueReader::text(const Row& row, const Node& node, const std::string& path) {
    auto given = scalar(row, node, path);
    if (!given) return {};
    if (row.automatic && given->text == "auto") return {};
    if (given->is_literal && given->is_plain && plain_kind(given->text) != PlainKind::text) {
        fault(node.place, path,
              given->text + " is not a text, allowed: a text; in quotes it is one: \"" + given->text + "\"");
        return {};
    }
    check_text(row, node, *given, path);
    return {std::move(given->text)};
}

OptionValue ValueReader::typed(const Row& row, const Node& node, const Scalar& given,
                               const std::string& path) {
    const std::string& words = given.text;
    const auto bounded = [&](auto number, auto value) -> OptionValue {
        check_bounds(row, node, static_cast<double>(number), path);
        return {value};
    };
    if (row.automatic && words == "auto") return {};
    if (row.type == Type::duration) {
        if (const auto span = parse_duration(words)) return bounded(span->count(), *span);
    } else if (row.type == Type::size) {
        if (const auto bytes = parse_size(words)) return bounded(*bytes, OptionValue::Size{*bytes});
    } else if (given.is_plain) {
        if (row.type == Type::flag && (words == "true" || words == "false")) return {words == "true"};
        if (const auto whole = parse_integer(words); row.type == Type::integer && whole)
            return bounded(*whole, *whole);
        if (const auto number = parse_number(words); row.type == Type::number && number)
            return bounded(*number, *number);
    }
    const std::string range = range_of(row);
    const std::string quotes = node.kind == Node::Kind::quoted && given.is_literal ? "the text " : "";
    fault(node.place, path,
          quotes + shown(row, node) + " is not " + std::string(phrase_of(row.type)) +
              (range.empty() ? "" : ", allowed: " + range));
    return {};
}

OptionValue ValueReader::list(const Row& row, const Node& node, const std::string& path) {
    if (node.kind == Node::Kind::faulty) return {};
    if (node.kind != Node::Kind::list) {
        const std::string what = node.kind == Node::Kind::null
                                     ? "has no value"
                                     : std::string(kind_phrase(node)) + " stands where a list belongs";
        fault(node.place, path, what + ", allowed: " + std::string(phrase_of(row.type)) + ", [] for none");
        return {};
    }
    check_count(row, node, node.items.size(), path);
    const Row item = item_of(row);
    std::vector<std::string> texts;
    std::vector<std::int64_t> integers;
    std::vector<Options> groups;
    for (std::size_t at = 0; at < node.items.size(); ++at) {
        const Node& entry = node.items[at];
        OptionValue read = given(item, entry, path + "[" + std::to_string(at) + "]", entry.place);
        if (row.type == Type::texts)
            collect(texts, std::move(read));
        else if (row.type == Type::integers)
            collect(integers, std::move(read));
        else
            collect(groups, std::move(read));
    }
    if (row.type == Type::texts) return {std::move(texts)};
    if (row.type == Type::integers) return {std::move(integers)};
    return {std::move(groups)};
}

OptionValue ValueReader::entries(const Row& row, const Node& node, const std::string& path) {
    if (node.kind == Node::Kind::faulty) return {};
    if (node.kind != Node::Kind::map && node.kind != Node::Kind::null) {
        fault(node.place, path,
              std::string(kind_phrase(node)) + " stands where " + std::string(phrase_of(row.type)) +
                  " belongs");
        return {};
    }
    check_count(row, node, node.entries.size(), path);
    const Row item = item_of(row);
    Options::Map<std::string> texts;
    Options::Map<std::int64_t> integers;
    Options::Map<Options> groups;
    for (const Entry& entry : node.entries) {
        const std::string name = below(path, entry.key);
        if (row.key_format && !matches(*row.key_format, entry.key))
            fault(entry.key_place, name,
                  "the name does not fit, allowed: " + std::string(example_of(*row.key_format)));
        OptionValue read = value(item, entry.value, name, entry.key_place);
        if (row.type == Type::text_entries)
            collect(texts, entry.key, std::move(read));
        else if (row.type == Type::integer_entries)
            collect(integers, entry.key, std::move(read));
        else
            collect(groups, entry.key, std::move(read));
    }
    if (row.type == Type::text_entries) return {std::move(texts)};
    if (row.type == Type::integer_entries) return {std::move(integers)};
    return {std::move(groups)};
}

std::optional<ValueReader::Scalar> ValueReader::scalar(const Row& row, const Node& node,
                                                       const std::string& path) {
    if (node.kind == Node::Kind::faulty) return std::nullopt;
    if (node.kind == Node::Kind::null) {
        fault(node.place, path, "has no value, allowed: " + std::string(phrase_of(row.type)));
        return std::nullopt;
    }
    if (!node.is_scalar()) {
        fault(node.place, path,
              std::string(kind_phrase(node)) + " stands where " + std::string(phrase_of(row.type)) +
                  " belongs");
        return std::nullopt;
    }
    if (environment_ == nullptr || !has_interpolation(node.text))
        return Scalar{node.text, node.kind == Node::Kind::plain, true};
    if (in_shadow_) return std::nullopt;
    bool complete = true;
    std::string text = interpolate(node.text, *environment_, [&](std::string what) {
        complete = false;
        fault(node.place, path, std::move(what));
    });
    if (!complete) return std::nullopt;
    // What came from outside is taken for what it looks like: "${PORT}" may be quoted and still be a number.
    return Scalar{std::move(text), true, false};
}

void ValueReader::check_text(const Row& row, const Node& node, const Scalar& given, const std::string& path) {
    const std::size_t length = count_characters(given.text);
    const std::string what = is_secret(row) ? node.text : shown(row, node);
    if ((row.min_length && length < *row.min_length) || (row.max_length && length > *row.max_length))
        fault(node.place, path, what + " has " + std::to_string(length) + " characters" + allowed(row));
    else if (!row.values.empty() && !contains(row.values, given.text))
        fault(node.place, path,
              what + " is unknown" + allowed(row) +
                  (given.is_literal ? did_you_mean(given.text, row.values) : ""));
    else if ((!row.schemes.empty() && !starts_with_one_of(given.text, row.schemes)) ||
             (row.format && !matches(*row.format, given.text)))
        fault(node.place, path, what + " does not fit" + allowed(row));
}

void ValueReader::check_bounds(const Row& row, const Node& node, double value, const std::string& path) {
    if ((row.min && value < *row.min) || (row.max && value > *row.max))
        fault(node.place, path, shown(row, node) + " is out of range" + allowed(row));
}

void ValueReader::check_count(const Row& row, const Node& node, std::size_t count, const std::string& path) {
    if ((row.min_items && count < *row.min_items) || (row.max_items && count > *row.max_items))
        fault(node.place, path, std::to_string(count) + " items" + allowed(row));
}

void ValueReader::for_shadowed(const Node& node, const std::function<void(const Node&)>& read) {
    if (in_shadow_) return;
    in_shadow_ = true;
    for (const Node& replaced : node.shadowed) read(replaced);
    in_shadow_ = false;
}

void ValueReader::fault(const Place& place, const std::string& path, std::string text) {
    faults_.push_back({place, path, std::move(text)});
}

}  // namespace mortise::config
