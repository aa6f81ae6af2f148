// SPDX-License-Identifier: Apache-2.0
#include "http/chain_state.h"

namespace mortise::http {

void ChainState::reset() {
    route = nullptr;
    middleware = nullptr;
    path = {};
    headers = {};
    identity_fault = {};
    step = Step::identity;
    next_before = 0;
    afters_left = 0;
    has_limiter_run = has_cache_run = has_idempotency_run = false;
    is_deadline_set = is_handler_running = false;
    response.reset();
    is_answered.store(false, std::memory_order_relaxed);
    is_outcome_told.store(false, std::memory_order_relaxed);
}

}  // namespace mortise::http
