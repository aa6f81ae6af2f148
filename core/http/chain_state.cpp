// SPDX-License-Identifier: Apache-2.0
#include "http/chain_state.h"

#include <mortise/text.h>

namespace mortise::http {

KnownHeaders KnownHeaders::among(const std::vector<HeaderView>& headers) {
    KnownHeaders known;
    const auto note = [](const HeaderView*& place, const HeaderView& header, std::string_view name) {
        if (place == nullptr && equals_ignoring_case(header.name, name)) place = &header;
    };
    // The length tells nearly all names apart, so that most headers cost one comparison.
    for (const HeaderView& header : headers) {
        switch (header.name.size()) {
            case 6:
                note(known.cookie, header, "cookie");
                note(known.origin, header, "origin");
                break;
            case 12:
                note(known.request_id, header, "x-request-id");
                break;
            case 13:
                note(known.authorization, header, "authorization");
                note(known.if_none_match, header, "if-none-match");
                break;
            case 14:
                note(known.content_length, header, "content-length");
                break;
            case 15:
                note(known.idempotency_key, header, "idempotency-key");
                note(known.forwarded_for, header, "x-forwarded-for");
                break;
            case 17:
                note(known.transfer_encoding, header, "transfer-encoding");
                break;
            case 29:
                note(known.preflight_method, header, "access-control-request-method");
                break;
            default:
                break;
        }
    }
    return known;
}

void ChainState::reset() {
    route = nullptr;
    middleware = nullptr;
    path = {};
    headers = {};
    identity_fault = {};
    step = Step::identity;
    next_before = afters_left = 0;
    limited.reset();
    has_cache_run = has_idempotency_run = false;
    is_deadline_set = is_parked = false;
    response.reset();
    breaker_ticket = 0;
    is_answered.store(false, std::memory_order_relaxed);
    is_handler_running.store(false, std::memory_order_relaxed);
    is_outcome_told.store(false, std::memory_order_relaxed);
}

}  // namespace mortise::http
