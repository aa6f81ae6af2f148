// SPDX-License-Identifier: Apache-2.0
#include "key.h"

#include <algorithm>

#include <mortise/services/identity.h>
#include <mortise/text.h>

namespace cache {

namespace {

constexpr char end = '\0';  // in no path, id or role

std::string_view name_of_parameter(std::string_view parameter) {
    return parameter.substr(0, parameter.find('='));
}

void append_query(std::string& key, std::string_view query) {
    if (query.find('&') == std::string_view::npos) {
        key += query;
        return;
    }
    std::vector<std::string_view> parameters;
    while (!query.empty())
        if (const std::string_view parameter = mortise::take_until(query, '&'); !parameter.empty())
            parameters.push_back(parameter);
    std::ranges::stable_sort(parameters, {}, name_of_parameter);
    for (const std::string_view parameter : parameters) {
        key += parameter;
        key += '&';
    }
}

void append_value(std::string& tag, std::string_view name, const mortise::Request& request) {
    const mortise::User* user = request.user();
    if (name == "user")
        tag += user != nullptr ? std::string_view(user->id) : std::string_view();
    else if (name == "role")
        tag += user != nullptr ? std::string_view(user->role) : std::string_view();
    else
        tag += request.param(name);
}

}  // namespace

void write_key(std::string& key, const mortise::Request& request, const mortise::RouteDeclaration& route) {
    key.clear();
    key += request.method() == mortise::Method::head ? 'H' : 'G';
    if (route.is_shared) {
        key += 's';
    } else if (const mortise::User* user = request.user()) {
        key += 'u';
        key += user->id;
        key += end;
        key += user->role;
    }
    key += end;
    key += request.path();
    if (const std::string_view query = request.query_text(); !query.empty()) {
        key += '?';
        append_query(key, query);
    }
}

std::vector<std::string> tags_of(const mortise::Request& request, const mortise::RouteDeclaration& route) {
    std::vector<std::string> tags;
    for (std::string_view rest = route.cache->tag; !rest.empty();) {
        std::string_view pattern = mortise::take_until(rest, ' ');
        if (pattern.empty()) continue;
        std::string& tag = tags.emplace_back();
        while (!pattern.empty()) {
            tag += mortise::take_until(pattern, '{');
            if (!pattern.empty()) append_value(tag, mortise::take_until(pattern, '}'), request);
        }
    }
    return tags;
}

}  // namespace cache
