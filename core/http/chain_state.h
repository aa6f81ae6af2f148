// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/response.h>
#include <mortise/server/request_parts.h>
#include <mortise/services/limiter.h>

namespace mortise::http {

struct RouteEntry;
struct MiddlewareChain;

/// The headers of a request that the chain itself asks for, found in one pass. Null: absent.
struct KnownHeaders {
    const HeaderView* authorization = nullptr;
    const HeaderView* content_length = nullptr;
    const HeaderView* cookie = nullptr;
    const HeaderView* forwarded_for = nullptr;  // X-Forwarded-For
    const HeaderView* idempotency_key = nullptr;
    const HeaderView* if_none_match = nullptr;
    const HeaderView* origin = nullptr;
    const HeaderView* preflight_method = nullptr;  // Access-Control-Request-Method
    const HeaderView* request_id = nullptr;
    const HeaderView* transfer_encoding = nullptr;

    static KnownHeaders among(const std::vector<HeaderView>& headers);
    bool announce_body() const { return content_length != nullptr || transfer_encoding != nullptr; }
};

/// Where one request stands on its way through the Application. Only the Application touches it; it lives
/// in the exchange so that its strings keep their memory from request to request.
struct ChainState {
    enum class Step : std::uint8_t {
        identity,
        limit,
        authorise,
        middleware,
        cache,
        body,
        validation,
        idempotency,
        handler
    };

    const RouteEntry* route = nullptr;  // null: none
    const MiddlewareChain* middleware = nullptr;
    std::string_view path;  // normalised; views the request or path_buffer
    std::string path_buffer;
    KnownHeaders headers;
    std::string_view identity_fault;  // why a token that was sent is not accepted

    Step step = Step::identity;            // the next one
    std::uint32_t next_before = 0;         // how many of the free `before`s have been reached
    std::uint32_t afters_left = 0;         // of the free `after`s
    std::optional<LimitDecision> limited;  // what the route's policy has said
    bool has_cache_run = false;
    bool has_idempotency_run = false;
    bool is_deadline_set = false;
    bool is_parked = false;
    std::optional<Response> response;  // from the moment there is one until it is sent

    std::uint64_t breaker_ticket = 0;  // before is_handler_running

    std::atomic<bool> is_answered{false};  // who sets it may respond
    std::atomic<bool> is_handler_running{false};
    std::atomic<bool> is_outcome_told{false};  // who sets it tells the breaker

    void reset();
};

}  // namespace mortise::http
