// SPDX-License-Identifier: Apache-2.0
#include "http/request_path.h"

#include <algorithm>
#include <stdexcept>

#include <mortise/text.h>

namespace mortise::http {

namespace {

constexpr int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

constexpr bool is_unreserved(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '-' || character == '.' ||
           character == '_' || character == '~';
}

bool is_dot_segment(std::string_view segment) {
    return segment == "." || segment == "..";
}

bool has_dot_segment(std::string_view path) {
    // A dot segment follows a slash or begins the text; most paths have no dot at all.
    if (path.find('.') == std::string_view::npos) return false;
    while (!path.empty())
        if (is_dot_segment(take_until(path, '/'))) return true;
    return false;
}

// False: a broken escape or a NUL.
bool undo_unreserved(std::string_view sent, std::string& buffer) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    buffer.clear();
    for (std::size_t place = 0; place < sent.size(); ++place) {
        if (sent[place] != '%') {
            buffer += sent[place];
            continue;
        }
        if (sent.size() - place < 3) return false;
        const int high = hex_value(sent[place + 1]);
        const int low = hex_value(sent[place + 2]);
        if (high < 0 || low < 0) return false;
        const char character = static_cast<char>(high * 16 + low);
        if (character == '\0') return false;
        if (is_unreserved(character)) {
            buffer += character;
        } else {
            buffer += '%';
            buffer += digits[static_cast<std::size_t>(high)];
            buffer += digits[static_cast<std::size_t>(low)];
        }
        place += 2;
    }
    return true;
}

}  // namespace

std::optional<std::string_view> normalise_path(std::string_view sent, std::string& buffer) {
    if (sent.find('\0') != std::string_view::npos) return std::nullopt;
    std::string_view path = sent;
    if (sent.find('%') != std::string_view::npos) {
        if (!undo_unreserved(sent, buffer)) return std::nullopt;
        path = buffer;
    }
    if (has_dot_segment(path)) return std::nullopt;
    return path;
}

std::optional<std::string> decode_parameter(std::string_view raw) {
    std::optional<std::string> value =
        raw.find('%') == std::string_view::npos ? std::string(raw) : percent_decode(raw);
    if (value && !is_utf8(*value)) return std::nullopt;
    return value;
}

std::optional<std::string> decode_rest(std::string_view raw) {
    std::optional<std::string> value = decode_parameter(raw);
    if (!value) return std::nullopt;
    for (std::string_view rest = *value; !rest.empty();) {
        const std::string_view segment = take_until(rest, '/');
        if (segment.empty() || is_dot_segment(segment)) return std::nullopt;
    }
    return value;
}

Aliases::Aliases(const Prefixes& prefixes) {
    const auto without_slash = [](std::string_view prefix) {
        if (prefix.ends_with('/')) prefix.remove_suffix(1);
        if (!prefix.starts_with('/')) throw std::invalid_argument("an alias is a path such as /auth");
        return std::string(prefix);
    };
    for (const auto& [from, to] : prefixes) prefixes_.emplace_back(without_slash(from), without_slash(to));
    std::sort(prefixes_.begin(), prefixes_.end(),
              [](const auto& left, const auto& right) { return left.first.size() > right.first.size(); });
}

std::string_view Aliases::resolve(std::string_view path, std::string& buffer) const {
    for (const auto& [from, to] : prefixes_) {
        if (!path.starts_with(from)) continue;
        const std::string_view rest = path.substr(from.size());
        if (!rest.empty() && rest.front() != '/') continue;
        std::string resolved = to;  // `path` may view `buffer`
        resolved += rest;
        buffer = std::move(resolved);
        return buffer;
    }
    return path;
}

}  // namespace mortise::http
