// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <mortise/described.h>
#include <mortise/export.h>
#include <mortise/json.h>
#include <mortise/member_type.h>

namespace mortise {

/// Appends a value as JSON text: described structs with camelCase members in the order they are
/// described, Time as RFC 3339, an empty optional as null. Invalid UTF-8 becomes U+FFFD.
template <class T>
void write_json(std::string& out, const T& value);

template <class T>
std::string to_json_text(const T& value) {
    std::string out;
    write_json(out, value);
    return out;
}

namespace detail {

template <class T>
inline constexpr bool is_text_map = false;
template <class T>
inline constexpr bool is_text_map<std::map<std::string, T>> = true;

/// Names of members as they stand on the wire: in camelCase, quoted, with their colon and the comma before
/// them.
MORTISE_API std::vector<std::string> wire_names(std::initializer_list<std::string_view> members);

template <Described T>
const std::vector<std::string>& wire_names_of() {
    static const auto names = []<class... Descriptor>(boost::mp11::mp_list<Descriptor...>) {
        return wire_names({Descriptor::name...});
    }(boost::mp11::mp_rename<MembersOf<T>, boost::mp11::mp_list>{});
    return names;
}

template <Described T>
void write_members(std::string& out, const T& value) {
    out += '{';
    auto name = wire_names_of<T>().begin();
    boost::mp11::mp_for_each<MembersOf<T>>([&](auto descriptor) {
        out += *name++;
        write_json(out, value.*descriptor.pointer);
    });
    out += '}';
}

}  // namespace detail

template <class T>
void write_json(std::string& out, const T& value) {
    if constexpr (std::is_same_v<T, Json>) {
        append_json(out, value);
    } else if constexpr (std::is_same_v<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (std::is_same_v<T, JsonObject> || std::is_same_v<T, JsonArray> ||
                         std::is_arithmetic_v<T>) {
        append_json(out, Json(value));
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        append_json_string(out, value);
    } else if constexpr (std::is_same_v<T, Time>) {
        append_json_string(out, to_rfc3339(value));
    } else if constexpr (detail::Unwrapped<T>::may_be_null) {
        if (value)
            write_json(out, *value);
        else
            out += "null";
    } else if constexpr (detail::is_list<T>) {
        out += '[';
        for (std::size_t index = 0; index < value.size(); ++index) {
            if (index > 0) out += ',';
            write_json(out, static_cast<const typename T::value_type&>(value[index]));
        }
        out += ']';
    } else if constexpr (detail::is_text_map<T>) {
        out += '{';
        bool first = true;
        for (const auto& [name, member] : value) {
            if (!first) out += ',';
            first = false;
            append_json_string(out, name);
            out += ':';
            write_json(out, member);
        }
        out += '}';
    } else {
        detail::write_members(out, value);
    }
}

}  // namespace mortise
