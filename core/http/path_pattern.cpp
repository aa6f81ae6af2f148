// SPDX-License-Identifier: Apache-2.0
#include "http/path_pattern.h"

#include <algorithm>
#include <stdexcept>

#include <mortise/text.h>

#include "http/request_path.h"

namespace mortise::http {

namespace {

[[noreturn]] void refuse(const std::string& why) {
    throw std::invalid_argument(why);
}

bool is_name(std::string_view text) {
    const auto is_letter = [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
               character == '_';
    };
    const auto is_digit = [](char character) { return character >= '0' && character <= '9'; };
    return !text.empty() && is_letter(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) { return is_letter(c) || is_digit(c); });
}

PathPattern::Segment parse_parameter(std::string_view text) {
    if (text.back() != '}') refuse("a segment that begins with '{' must end with '}'");
    std::string_view name = text.substr(1, text.size() - 2);
    const bool takes_rest = name.ends_with('*');
    if (takes_rest) name.remove_suffix(1);
    if (!is_name(name)) refuse("'" + std::string(name) + "' is no parameter name (letters, digits and _)");
    return {takes_rest ? PathPattern::Kind::rest : PathPattern::Kind::one, std::string(name)};
}

PathPattern::Segment parse_literal(std::string_view text) {
    constexpr std::string_view punctuation = "!$&'()*+,;=:@%-._~";
    const auto may_stand = [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               punctuation.find(c) != std::string_view::npos;
    };
    if (text.empty()) refuse("it has an empty segment");
    const auto bad = std::find_if_not(text.begin(), text.end(), may_stand);
    if (bad != text.end())
        refuse(std::string("'") + *bad + "' cannot stand in a literal segment; percent-encode it");
    std::string buffer;
    const auto normal = normalise_path(text, buffer);
    if (!normal) refuse("'" + std::string(text) + "' is a dot segment or has a broken escape");
    return {PathPattern::Kind::literal, std::string(*normal)};
}

void check_parameters(const std::vector<PathPattern::Segment>& segments) {
    std::vector<std::string_view> names;
    for (const auto& segment : segments) {
        if (segment.kind == PathPattern::Kind::literal) continue;
        if (std::find(names.begin(), names.end(), segment.text) != names.end())
            refuse("the parameter {" + segment.text + "} stands there twice");
        names.push_back(segment.text);
        if (segment.kind == PathPattern::Kind::rest && &segment != &segments.back())
            refuse("{" + segment.text + "*} takes the rest of the path and must be its last segment");
    }
    if (names.size() > max_path_parameters) refuse("it has more than 16 parameters");
}

}  // namespace

PathPattern PathPattern::parse(std::string_view text) {
    if (!text.starts_with('/')) refuse("it must begin with '/'");
    PathPattern pattern;
    std::string_view rest = text.substr(1);
    if (rest.ends_with('/'))
        rest.remove_suffix(1);
    else if (rest.empty())
        return pattern;
    for (bool more = true; more;) {
        more = rest.find('/') != std::string_view::npos;
        const std::string_view segment = take_until(rest, '/');
        pattern.segments.push_back(segment.starts_with('{') ? parse_parameter(segment)
                                                            : parse_literal(segment));
    }
    check_parameters(pattern.segments);
    return pattern;
}

std::string PathPattern::shape() const {
    std::string text;
    for (const Segment& segment : segments) {
        text += '/';
        if (segment.kind == Kind::literal)
            text += segment.text;
        else
            text += segment.kind == Kind::one ? "{}" : "{*}";
    }
    return text.empty() ? "/" : text;
}

std::string PathPattern::literal_prefix() const {
    std::string text;
    for (const Segment& segment : segments) {
        text += '/';
        if (segment.kind != Kind::literal) return text;
        text += segment.text;
    }
    return text.empty() ? "/" : text;
}

bool PathPattern::is_literal() const {
    return std::all_of(segments.begin(), segments.end(),
                       [](const Segment& segment) { return segment.kind == Kind::literal; });
}

}  // namespace mortise::http
