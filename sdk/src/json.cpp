// SPDX-License-Identifier: Apache-2.0
#include <mortise/json.h>

#include <array>
#include <charconv>
#include <cmath>

#include <mortise/text.h>

namespace mortise {

namespace {

template <class Number>
void append_number(std::string& out, Number number) {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), end.ptr);
}

void append_escaped(std::string& out, unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    switch (byte) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            out += "\\u00";
            out += digits[byte >> 4];
            out += digits[byte & 15];
    }
}

}  // namespace

std::string to_text(const Json& value) {
    std::string out;
    append_json(out, value);
    return out;
}

void append_json(std::string& out, const Json& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            out += "null";
            return;
        case boost::json::kind::bool_:
            out += value.get_bool() ? "true" : "false";
            return;
        case boost::json::kind::int64:
            append_number(out, value.get_int64());
            return;
        case boost::json::kind::uint64:
            append_number(out, value.get_uint64());
            return;
        case boost::json::kind::double_:
            if (std::isfinite(value.get_double()))
                append_number(out, value.get_double());
            else
                out += "null";
            return;
        case boost::json::kind::string:
            append_json_string(out, value.get_string());
            return;
        case boost::json::kind::array: {
            char before = '[';
            for (const Json& item : value.get_array()) {
                out += before;
                append_json(out, item);
                before = ',';
            }
            out += value.get_array().empty() ? "[]" : "]";
            return;
        }
        case boost::json::kind::object: {
            char before = '{';
            for (const auto& member : value.get_object()) {
                out += before;
                append_json_string(out, member.key());
                out += ':';
                append_json(out, member.value());
                before = ',';
            }
            out += value.get_object().empty() ? "{}" : "}";
            return;
        }
    }
}

void append_json_string(std::string& out, std::string_view text) {
    const bool well_formed = is_utf8(text);
    out += '"';
    std::size_t plain_from = 0;
    for (std::size_t place = 0; place < text.size(); ++place) {
        const auto byte = static_cast<unsigned char>(text[place]);
        const bool broken =
            !well_formed && byte >= 0x80;  // where exactly does not matter: nothing of it is text
        if (byte >= 0x20 && byte != '"' && byte != '\\' && !broken) continue;
        out.append(text.substr(plain_from, place - plain_from));
        plain_from = place + 1;
        if (broken)
            out += "\xEF\xBF\xBD";
        else
            append_escaped(out, byte);
    }
    out.append(text.substr(plain_from));
    out += '"';
}

}  // namespace mortise
