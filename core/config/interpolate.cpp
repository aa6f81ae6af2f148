// SPDX-License-Identifier: Apache-2.0
#include "config/interpolate.h"

#include <algorithm>
#include <stdexcept>

#include "config/utf8.h"

namespace mortise::config {

namespace {

constexpr std::size_t max_interpolated_file = 64 * 1024;

bool is_variable_name(std::string_view name) noexcept {
    const auto is_letter = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_';
    };
    return !name.empty() && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char letter) { return is_letter(letter) || (letter >= '0' && letter <= '9'); });
}

bool is_file_reference(std::string_view inside) noexcept {
    return inside.starts_with("file:/") && inside.size() > std::string_view("file:/").size();
}

std::string from_file(std::string_view inside, const Environment& environment,
                      const std::function<void(std::string)>& complain) {
    const std::string path(inside.substr(std::string_view("file:").size()));
    try {
        std::string text = environment.read(path, max_interpolated_file);
        if (text.size() > max_interpolated_file) throw std::runtime_error("it is larger than 64 KiB");
        if (text.ends_with('\n')) text.pop_back();
        if (text.ends_with('\r')) text.pop_back();
        if (find_unreadable(text) != std::string::npos) throw std::runtime_error("it is no UTF-8 text");
        return text;
    } catch (const std::runtime_error& error) {
        complain("${" + std::string(inside) + "}: " + error.what());
        return {};
    }
}

std::string from_variable(std::string_view inside, const Environment& environment,
                          const std::function<void(std::string)>& complain) {
    const std::size_t separator = inside.find(":-");
    const std::string name(inside.substr(0, separator));
    if (!is_variable_name(name)) {
        complain("'${" + std::string(inside) +
                 "}' is no interpolation, allowed: ${NAME}, ${NAME:-default}, " +
                 "${file:/path}; a plain ${ is written $${");
        return {};
    }
    const auto value = environment.variable(name);
    // As in a shell, an empty variable takes the default too.
    if (separator != std::string_view::npos && (!value || value->empty()))
        return std::string(inside.substr(separator + 2));
    if (!value) {
        complain("the environment variable " + name + " is not set; ${" + name +
                 ":-default} would allow that");
        return {};
    }
    if (find_unreadable(*value) != std::string::npos) {
        complain("the environment variable " + name + " is no UTF-8 text");
        return {};
    }
    return *value;
}

}  // namespace

bool has_interpolation(std::string_view text) noexcept {
    return text.find("${") != std::string_view::npos;
}

bool is_bare_interpolation(std::string_view text) noexcept {
    if (!text.starts_with("${") || !text.ends_with('}')) return false;
    const std::string_view inside = text.substr(2, text.size() - 3);
    return inside.find('}') == std::string_view::npos &&
           (is_variable_name(inside) || is_file_reference(inside));
}

std::string interpolate(std::string_view text, const Environment& environment,
                        const std::function<void(std::string)>& complain) {
    std::string result;
    while (!text.empty()) {
        const std::size_t dollar = text.find('$');
        result += text.substr(0, dollar);
        if (dollar == std::string_view::npos) break;
        text.remove_prefix(dollar);
        if (text.starts_with("$${")) {
            result += "${";
            text.remove_prefix(3);
        } else if (text.starts_with("${")) {
            const std::size_t end = text.find('}');
            if (end == std::string_view::npos) {
                complain("'${' has no closing '}'; a plain ${ is written $${");
                break;
            }
            const std::string_view inside = text.substr(2, end - 2);
            result += is_file_reference(inside) ? from_file(inside, environment, complain)
                                                : from_variable(inside, environment, complain);
            text.remove_prefix(end + 1);
        } else {
            result += '$';
            text.remove_prefix(1);
        }
    }
    return result;
}

}  // namespace mortise::config
