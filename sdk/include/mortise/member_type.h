// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
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

template <Described T>
class Shape;

namespace detail {

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

template <class T>
inline constexpr bool is_readable_container = false;

template <class T>
constexpr bool has_readable_members();

/// Types that are read from JSON or a query; others are only written (maps, views, JsonObject).
template <class T>
inline constexpr bool is_readable = std::same_as<T, bool> || std::is_arithmetic_v<T> ||
                                    std::same_as<T, std::string> || std::same_as<T, Time> ||
                                    std::same_as<T, Json> || is_readable_container<T> ||
                                    has_readable_members<T>();

template <class T>
constexpr bool has_readable_members() {
    bool are_readable = Described<T>;
    if constexpr (Described<T>)
        boost::mp11::mp_for_each<MembersOf<T>>([&](auto descriptor) {
            using Member = std::remove_reference_t<decltype(std::declval<T&>().*descriptor.pointer)>;
            are_readable = are_readable && is_readable<Member>;
        });
    return are_readable;
}

template <class Item>
inline constexpr bool is_readable_container<std::vector<Item>> = is_readable<Item>;
template <class Value>
inline constexpr bool is_readable_container<std::optional<Value>> = is_readable<Value>;
template <class Value>
inline constexpr bool is_readable_container<Field<Value>> = is_readable<Value>;

/// What can be done with a member of one type, whatever struct it stands in: StructShape goes by these, so
/// that a struct more costs its plugin a few rows of a table instead of code of its own. A type that is not
/// readable has no `read` and no `from_text`.
struct MemberType {
    bool may_be_null = false;
    bool is_list = false;
    bool (*is_zero)(const void* member) = nullptr;
    void (*read)(const Json& json, void* member, const Rules& rules, Faults& faults) = nullptr;
    Json (*from_text)(const std::string& text) = nullptr;
    Json (*schema)(const Rules& rules) = nullptr;
};

template <class Member>
void read_value(const Json& json, Member& out, const Rules& rules, Faults& faults);

template <class Item>
void read_list(const Json& json, std::vector<Item>& out, const Rules& rules, Faults& faults) {
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

template <Described Inner>
const Shape<Inner>& shape_of(const Rules& rules) {
    static const Shape<Inner> plain;
    const StructShape* nested = RuleBook::nested(rules);
    return nested != nullptr ? static_cast<const Shape<Inner>&>(*nested) : plain;
}

template <class Member>
void read_value(const Json& json, Member& out, const Rules& rules, Faults& faults) {
    if constexpr (Unwrapped<Member>::may_be_null) {
        typename Unwrapped<Member>::type value{};
        if (json.is_null()) {
            if (RuleBook::allow_null(json, rules, faults)) out = std::nullopt;
        } else {
            read_value(json, value, rules, faults);
            out = std::move(value);
        }
    } else if constexpr (std::same_as<Member, Json>) {
        out = json;
    } else if constexpr (std::same_as<Member, bool>) {
        if (auto flag = RuleBook::read_flag(json, faults)) out = *flag;
    } else if constexpr (Whole<Member>) {
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
    } else if constexpr (is_list<Member>) {
        read_list(json, out, rules, faults);
    } else {
        shape_of<Member>(rules).read(json, out, faults);
    }
}

// A text that is no number stays a text, and read_value() then tells the wrong type.
template <class Value>
Json value_from_text(const std::string& text) {
    if constexpr (is_list<Value>) {
        JsonArray items;
        for (std::string_view rest = text; !rest.empty();)
            items.push_back(value_from_text<typename Value::value_type>(std::string(take_until(rest, ','))));
        return items;
    } else if constexpr (std::same_as<Value, bool>) {
        return RuleBook::flag_in(text);
    } else if constexpr (std::is_arithmetic_v<Value>) {
        return RuleBook::number_in(text);
    } else {
        return Json(boost::json::string(text));
    }
}

template <class Member>
Json value_schema(const Rules& rules) {
    using Value = typename Unwrapped<Member>::type;
    JsonObject schema;
    if constexpr (std::same_as<Value, bool>)
        schema = RuleBook::type_schema("boolean");
    else if constexpr (Whole<Value>)
        schema = RuleBook::number_schema(rules, true);
    else if constexpr (std::floating_point<Value>)
        schema = RuleBook::number_schema(rules, false);
    else if constexpr (std::same_as<Value, std::string>)
        schema = RuleBook::text_schema(rules);
    else if constexpr (std::same_as<Value, Time>)
        schema = RuleBook::type_schema("string", "date-time");
    else if constexpr (is_list<Value>)
        schema = RuleBook::list_schema(value_schema<typename Value::value_type>(rules), rules);
    else if constexpr (Described<Value>)
        schema = shape_of<Value>(rules).schema();
    RuleBook::describe(schema, rules, Unwrapped<Member>::may_be_null);
    return schema;
}

template <class Member>
bool is_zero(const void* member) {
    const auto& value = *static_cast<const Member*>(member);
    if constexpr (is_list<Member>)
        return value.empty();
    else if constexpr (std::equality_comparable<Member>)
        return value == Member{};
    else
        return true;
}

template <class Member>
constexpr MemberType make_member_type() {
    MemberType type;
    type.may_be_null = Unwrapped<Member>::may_be_null;
    type.is_list = is_list<typename Unwrapped<Member>::type>;
    type.is_zero = is_zero<Member>;
    type.schema = value_schema<Member>;
    if constexpr (is_readable<Member>) {
        type.read = [](const Json& json, void* member, const Rules& rules, Faults& faults) {
            read_value(json, *static_cast<Member*>(member), rules, faults);
        };
        type.from_text = value_from_text<typename Unwrapped<Member>::type>;
    }
    return type;
}

template <class Member>
inline constexpr MemberType member_type = make_member_type<Member>();

}  // namespace detail

}  // namespace mortise
