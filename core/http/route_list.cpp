// SPDX-License-Identifier: Apache-2.0
#include "http/route_list.h"

#include <algorithm>
#include <array>
#include <vector>

#include <mortise/text.h>

namespace mortise::http {

namespace {

std::vector<const RouteEntry*> sorted(const RouteTable& routes) {
    std::vector<const RouteEntry*> entries;
    for (const RouteEntry& entry : routes.entries()) entries.push_back(&entry);
    std::stable_sort(entries.begin(), entries.end(), [](const RouteEntry* left, const RouteEntry* right) {
        return left->declaration->path < right->declaration->path;
    });
    return entries;
}

std::string method_of(const RouteDeclaration& route) {
    return route.method ? std::string(name_of(*route.method)) : "ANY";
}

std::string plugin_of(const RouteDeclaration& route) {
    return route.plugin.empty() ? "server" : route.plugin;
}

std::string duration_text(std::chrono::milliseconds time) {
    const auto count = time.count();
    if (count % 3'600'000 == 0) return std::to_string(count / 3'600'000) + "h";
    if (count % 60'000 == 0) return std::to_string(count / 60'000) + "m";
    if (count % 1'000 == 0) return std::to_string(count / 1'000) + "s";
    return std::to_string(count) + "ms";
}

// What it is limited by; without a limiter, what it would be.
const std::string& limit_of(const RouteEntry& entry) {
    return entry.limit != nullptr ? entry.limit->name() : entry.declaration->limit;
}

std::vector<std::string> intents_of(const RouteEntry& entry) {
    const RouteDeclaration& route = *entry.declaration;
    std::vector<std::string> intents;
    for (const std::string& role : route.roles) intents.push_back("role " + role);
    if (route.requires_user && route.roles.empty()) intents.emplace_back("user");
    if (!limit_of(entry).empty()) intents.push_back("limit " + limit_of(entry));
    if (route.cache) intents.push_back("cached " + duration_text(route.cache->lifetime));
    if (route.is_shared) intents.emplace_back("shared");
    if (route.is_idempotent) intents.emplace_back("idempotent");
    if (route.is_inline) intents.emplace_back("inline");
    if (route.streams_body) intents.emplace_back("streamed body");
    if (route.is_fallback) intents.emplace_back("fallback");
    if (route.deadline) intents.push_back("deadline " + duration_text(*route.deadline));
    if (route.breaker) intents.emplace_back("breaker");
    return intents;
}

}  // namespace

std::string list_routes(const RouteTable& routes) {
    constexpr std::size_t columns = 5;
    using Row = std::array<std::string, columns>;
    std::vector<Row> rows;
    std::array<std::size_t, columns> widths{};
    for (const RouteEntry* entry : sorted(routes)) {
        const RouteDeclaration& route = *entry->declaration;
        rows.push_back(
            {method_of(route), route.path, plugin_of(route), join(intents_of(*entry), ", "), route.summary});
        for (std::size_t column = 0; column < columns; ++column)
            widths[column] = std::max(widths[column], rows.back()[column].size());
    }
    std::string text;
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t column = 0; column < columns; ++column)
            line += row[column] + std::string(widths[column] - row[column].size() + 2, ' ');
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

JsonArray list_routes_json(const RouteTable& routes) {
    const auto text = [](const std::string& value) { return Json(boost::json::string(value)); };
    JsonArray list;
    for (const RouteEntry* entry : sorted(routes)) {
        const RouteDeclaration& route = *entry->declaration;
        JsonObject row{{"method", text(method_of(route))},
                       {"path", text(route.path)},
                       {"plugin", text(plugin_of(route))}};
        if (!route.summary.empty()) row["summary"] = text(route.summary);
        row["requiresUser"] = route.requires_user;
        if (!route.roles.empty()) row["roles"] = JsonArray(route.roles.begin(), route.roles.end());
        if (!limit_of(*entry).empty()) row["limit"] = text(limit_of(*entry));
        if (route.cache)
            row["cache"] = JsonObject{{"seconds", route.cache->lifetime.count() / 1000},
                                      {"tag", text(route.cache->tag)}};
        row["shared"] = route.is_shared;
        row["idempotent"] = route.is_idempotent;
        row["inline"] = route.is_inline;
        row["streamedBody"] = route.streams_body;
        row["fallback"] = route.is_fallback;
        if (route.max_body) row["maxBody"] = *route.max_body;
        if (route.deadline) row["deadlineMs"] = route.deadline->count();
        row["breaker"] = route.breaker.has_value();
        row["successStatus"] = route.success_status;
        list.push_back(std::move(row));
    }
    return list;
}

}  // namespace mortise::http
