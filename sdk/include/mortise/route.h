// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include <mortise/contract.h>
#include <mortise/request.h>
#include <mortise/response.h>
#include <mortise/shape.h>

namespace mortise {

/// Turns a request into a response; called by many threads at once.
using Handler = std::function<Response(const Request&)>;

struct CacheIntent {
    std::chrono::milliseconds lifetime{};
    std::string tag;  // may hold {user}, {role} and the route's {params}; several stand with blanks between
};

struct BreakerIntent {
    int failures = 5;
    std::chrono::milliseconds open_for = std::chrono::seconds(60);
};

/// Everything a plugin said about one route. Plain data: the server acts on it, documents show it.
struct RouteDeclaration {
    std::optional<Method> method;  // none: every method
    std::string path;
    std::string plugin;
    Handler handler;

    std::string summary;
    bool requires_user = false;
    std::vector<std::string> roles;  // any of these
    std::string limit;               // policy name; empty: none named
    std::optional<CacheIntent> cache;
    bool is_shared = false;
    bool is_idempotent = false;
    bool is_inline = false;
    bool streams_body = false;
    bool is_fallback = false;
    std::optional<JsonContract> body;
    std::optional<QueryContract> query;
    int success_status = 200;
    std::optional<JsonObject> returns;
    std::optional<std::uint64_t> max_body;
    std::optional<std::chrono::milliseconds> deadline;
    std::optional<BreakerIntent> breaker;
};

/// Declares what a route wants; use it in start() only. Whoever is plugged in acts on it, in fixed
/// phases: identity, limit, authorise, cache, body, validation, idempotency, handler.
class Route {
public:
    explicit Route(RouteDeclaration& declaration) : declaration_(&declaration) {}

    /// One sentence for `mortise routes` and /openapi.json.
    Route& summary(std::string sentence) { return set(&RouteDeclaration::summary, std::move(sentence)); }
    /// 401 without a valid identity.
    Route& requires_user() { return set(&RouteDeclaration::requires_user, true); }
    /// 401 without an identity, 403 with none of the roles asked for.
    Route& requires_role(std::string role) {
        declaration_->roles.push_back(std::move(role));
        return requires_user();
    }
    /// The rate-limit policy; without one API routes fall under `general`.
    Route& limit(std::string policy) { return set(&RouteDeclaration::limit, std::move(policy)); }
    /// The answer may be kept; keyed by user unless shared(). `tag` names what makes it stale, for
    /// Host::purge(); "{user}" and "{role}" in it stand for who asks, "{id}" for the route's parameter;
    /// blanks separate several tags.
    Route& cached(std::chrono::milliseconds lifetime, std::string tag) {
        declaration_->cache = CacheIntent{lifetime, std::move(tag)};
        return *this;
    }
    /// The answer is the same for everybody.
    Route& shared() { return set(&RouteDeclaration::is_shared, true); }
    /// Takes an Idempotency-Key.
    Route& idempotent() { return set(&RouteDeclaration::is_idempotent, true); }
    /// The handler never blocks: run it on the I/O thread. A handler that does block then holds every
    /// connection of that thread.
    Route& inline_handler() { return set(&RouteDeclaration::is_inline, true); }
    /// The handler reads the body itself through Request::body_reader(), in constant memory.
    Route& streamed_body() { return set(&RouteDeclaration::streams_body, true); }
    /// Takes only paths that no other route knows, whatever their method: what others answer with 405
    /// stays a 405. Among fallbacks the usual precedence holds. No part of /openapi.json.
    Route& fallback() { return set(&RouteDeclaration::is_fallback, true); }
    /// Bytes; 413 beyond. Without it server.max_body holds.
    Route& max_body(std::uint64_t bytes) {
        declaration_->max_body = bytes;
        return *this;
    }
    /// From the head's arrival to the answer; 504 beyond, or 408 while the client is waited for. Without it
    /// server.request_timeout holds, but for streamed bodies.
    Route& deadline(std::chrono::milliseconds time) {
        declaration_->deadline = time;
        return *this;
    }
    /// After so many 5xx in a row the route answers 503 for a while without running its handler.
    Route& breaker(BreakerIntent intent = {}) {
        declaration_->breaker = intent;
        return *this;
    }

    /// The body is this struct: 400 for bytes that are no JSON, 422 with every fault for values that
    /// are not allowed; the handler reads it with request.body<T>().
    template <Described T>
    Route& body(Shape<T> shape = {}) {
        declaration_->body = json_contract(std::move(shape));
        return *this;
    }
    /// The query is this struct: 422 with every fault; the handler reads it with request.query<T>().
    template <Described T>
    Route& query(Shape<T> shape = {}) {
        declaration_->query = query_contract(std::move(shape));
        return *this;
    }
    /// What a success looks like, and its status.
    template <Described T>
    Route& returns(int status = 200, const Shape<T>& shape = {}) {
        declaration_->returns = shape.schema();
        declaration_->success_status = status;
        return *this;
    }
    /// A success without a body.
    Route& returns_nothing(int status = 204) { return set(&RouteDeclaration::success_status, status); }

private:
    template <class Value>
    Route& set(Value RouteDeclaration::*member, Value value) {
        declaration_->*member = std::move(value);
        return *this;
    }

    RouteDeclaration* declaration_;
};

}  // namespace mortise
