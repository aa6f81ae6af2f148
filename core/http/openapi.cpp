// SPDX-License-Identifier: Apache-2.0
#include "http/openapi.h"

#include <cctype>
#include <map>
#include <set>

#include <mortise/text.h>

#include "http/problem.h"

namespace mortise::http {

namespace {

// One path of the document: routes of one shape share it, under the parameter names of the first.
struct PathItem {
    std::string path;
    std::vector<std::string> parameters;
    JsonObject operations;
};

Json text(std::string_view value) {
    return Json(boost::json::string(value));
}

std::string template_of(const PathPattern& pattern) {
    std::string path;
    for (const PathPattern::Segment& segment : pattern.segments)
        path += segment.kind == PathPattern::Kind::literal ? "/" + segment.text : "/{" + segment.text + "}";
    return path.empty() ? "/" : path;
}

// "get_api_v1_tasks_id": unique, because method and shape are.
std::string operation_id(std::string_view method, const PathPattern& pattern) {
    std::string id = to_lower(method);
    for (const PathPattern::Segment& segment : pattern.segments) {
        id += segment.kind == PathPattern::Kind::literal ? "_" : "_by_";
        for (const char character : segment.text)
            id += std::isalnum(static_cast<unsigned char>(character)) != 0 ? character : '_';
    }
    return id;
}

void add_query_parameters(JsonArray& parameters, const JsonObject& schema) {
    std::set<std::string_view> required;
    if (const Json* names = schema.if_contains("required"))
        for (const Json& name : names->as_array()) required.insert(name.as_string());
    for (const auto& property : schema.at("properties").as_object()) {
        JsonObject parameter{{"name", text(property.key())}, {"in", "query"}};
        JsonObject value = property.value().as_object();
        if (const auto about = value.find("description"); about != value.end()) {
            parameter["description"] = about->value();
            value.erase("description");
        }
        if (required.contains(property.key())) parameter["required"] = true;
        // Lists come as one text with commas.
        if (const Json* type = value.if_contains("type"); type != nullptr && *type == "array")
            parameter["explode"] = false;
        parameter["schema"] = std::move(value);
        parameters.push_back(std::move(parameter));
    }
}

JsonArray parameters_of(const RouteDeclaration& route, const std::vector<std::string>& names) {
    JsonArray parameters;
    for (const std::string& name : names)
        parameters.push_back(JsonObject{{"name", text(name)},
                                        {"in", "path"},
                                        {"required", true},
                                        {"schema", JsonObject{{"type", "string"}}}});
    if (route.query) add_query_parameters(parameters, route.query->schema);
    if (route.is_idempotent)
        parameters.push_back(JsonObject{{"name", "Idempotency-Key"},
                                        {"in", "header"},
                                        {"description", "The same key and body get the same answer again."},
                                        {"schema", JsonObject{{"type", "string"}}}});
    return parameters;
}

JsonObject json_content(const JsonObject& schema) {
    return {{"application/json", JsonObject{{"schema", schema}}}};
}

JsonObject responses_of(const RouteEntry& entry) {
    const RouteDeclaration& route = *entry.declaration;
    JsonObject success{{"description", text(route.success_status == 204 ? "Done." : "What was asked for.")}};
    if (route.returns) success["content"] = json_content(*route.returns);
    JsonObject responses;
    responses[std::to_string(route.success_status)] = std::move(success);
    const auto add_problem = [&](bool is_possible, const char* status) {
        if (is_possible) responses[status] = JsonObject{{"$ref", "#/components/responses/Problem"}};
    };
    add_problem(route.body.has_value(), "400");
    add_problem(route.requires_user, "401");
    add_problem(!route.roles.empty(), "403");
    add_problem(route.body.has_value() || route.query.has_value(), "422");
    add_problem(entry.limit != nullptr, "429");
    add_problem(true, "default");
    return responses;
}

void add_intents(JsonObject& operation, const RouteEntry& entry) {
    const RouteDeclaration& route = *entry.declaration;
    if (entry.limit != nullptr) operation["x-limit"] = text(entry.limit->name());
    if (route.cache)
        operation["x-cache"] = JsonObject{
            {"seconds", std::chrono::duration_cast<std::chrono::seconds>(route.cache->lifetime).count()},
            {"tag", text(route.cache->tag)},
            {"shared", route.is_shared}};
    if (!route.roles.empty()) operation["x-roles"] = JsonArray(route.roles.begin(), route.roles.end());
}

JsonObject operation_of(const RouteEntry& entry, std::string_view method,
                        const std::vector<std::string>& names) {
    const RouteDeclaration& route = *entry.declaration;
    JsonObject operation;
    operation["operationId"] = text(operation_id(method, entry.pattern));
    operation["tags"] = JsonArray{text(route.plugin.empty() ? "server" : route.plugin)};
    if (!route.summary.empty()) operation["summary"] = text(route.summary);
    if (JsonArray parameters = parameters_of(route, names); !parameters.empty())
        operation["parameters"] = std::move(parameters);
    if (route.body)
        operation["requestBody"] =
            JsonObject{{"required", true}, {"content", json_content(route.body->schema)}};
    else if (route.streams_body && method != "GET")
        operation["requestBody"] = JsonObject{{"content", JsonObject{{"*/*", JsonObject{}}}}};
    operation["responses"] = responses_of(entry);
    if (route.requires_user) operation["security"] = JsonArray{JsonObject{{"bearer", JsonArray{}}}};
    add_intents(operation, entry);
    return operation;
}

JsonObject problem_schema() {
    const JsonObject string{{"type", "string"}};
    const JsonObject fault{
        {"type", "object"},
        {"properties", JsonObject{{"pointer", string}, {"code", string}, {"detail", string}}}};
    return {{"type", "object"},
            {"description", "RFC 9457"},
            {"required", JsonArray{"type", "title", "status", "detail", "code"}},
            {"properties", JsonObject{{"type", string},
                                      {"title", string},
                                      {"status", JsonObject{{"type", "integer"}}},
                                      {"detail", string},
                                      {"instance", string},
                                      {"code", string},
                                      {"requestId", string},
                                      {"errors", JsonObject{{"type", "array"}, {"items", fault}}}}}};
}

JsonObject components() {
    const JsonObject reference{{"$ref", "#/components/schemas/Problem"}};
    return {
        {"schemas", JsonObject{{"Problem", problem_schema()}}},
        {"responses",
         JsonObject{{"Problem", JsonObject{{"description", "What went wrong."},
                                           {"content", JsonObject{{"application/problem+json",
                                                                   JsonObject{{"schema", reference}}}}}}}}},
        {"securitySchemes",
         JsonObject{
             {"bearer", JsonObject{{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}}}}};
}

std::vector<std::string_view> methods_of(const RouteDeclaration& route) {
    if (!route.method) return {"GET", "POST", "PUT", "PATCH", "DELETE"};
    return {name_of(*route.method)};
}

}  // namespace

JsonObject make_openapi(const RouteTable& routes, const ApiInfo& info) {
    std::map<std::string, PathItem> items;
    std::set<std::string> tags;
    for (const RouteEntry& entry : routes.entries()) {
        if (entry.declaration->is_fallback) continue;  // pages, not an API
        PathItem& item = items[entry.pattern.shape()];
        if (item.path.empty()) {
            item.path = template_of(entry.pattern);
            item.parameters = entry.parameters;
        }
        for (const std::string_view method : methods_of(*entry.declaration)) {
            const std::string key = to_lower(method);
            // A route for one method goes before one for all of them.
            if (entry.declaration->method || !item.operations.contains(key))
                item.operations[key] = operation_of(entry, method, item.parameters);
        }
        tags.insert(entry.declaration->plugin.empty() ? "server" : entry.declaration->plugin);
    }
    JsonObject paths;
    for (auto& [shape, item] : items) paths[item.path] = std::move(item.operations);
    JsonArray tag_list;
    for (const std::string& tag : tags) tag_list.push_back(JsonObject{{"name", text(tag)}});

    JsonObject document;
    document["openapi"] = "3.1.0";
    document["info"] = JsonObject{{"title", text(info.title)}, {"version", text(info.version)}};
    document["tags"] = std::move(tag_list);
    document["paths"] = std::move(paths);
    document["components"] = components();
    return document;
}

}  // namespace mortise::http
