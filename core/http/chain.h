// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/middleware.h>
#include <mortise/services/identity.h>
#include <mortise/services/route_phase.h>

#include "http/answers.h"
#include "http/exchange.h"
#include "http/route_table.h"

namespace mortise::http {

/// Who acts on what routes declare; null: nobody is plugged in, and the phase is passed over.
struct Phases {
    const Identity* identity = nullptr;
    ResponseCache* cache = nullptr;
    Idempotency* idempotency = nullptr;
};

/// Takes a request with a known route through identity, limit, authorise, free `before` middleware, cache,
/// body, validation, idempotency and handler, and its answer back through every `after` that was passed.
///
/// Phases and middleware run on the exchange's loop thread, but for middleware that may block and for
/// handlers, which run on their plugin's lane. One thread at a time works for a request.
class Chain {
public:
    Chain(Phases phases, const Answers& answers, std::uint64_t max_body)
        : phases_(phases), answers_(answers), max_body_(max_body) {}

    /// Goes on from the exchange's step as far as it can; `scope` is told who asks. Loop thread.
    void advance(Exchange& exchange, LogScope& scope) const;
    /// Takes chain().response back through the `after`s and sends it. Any thread.
    void finish(Exchange& exchange) const;

private:
    enum class Progress { next, waiting, answered };

    Progress run_steps(Exchange& exchange, LogScope& scope) const;
    void identify(Exchange& exchange, LogScope& scope) const;
    Progress limit(Exchange& exchange) const;
    std::optional<Response> heed(Exchange& exchange, const LimitDecision& decision) const;
    void authorise(Exchange& exchange) const;
    Progress run_middleware(Exchange& exchange) const;
    Progress ask_cache(Exchange& exchange) const;
    Progress take_body(Exchange& exchange) const;
    Progress ask_idempotency(Exchange& exchange) const;
    Progress start_handler(Exchange& exchange) const;
    void run_handler(Exchange& exchange) const;

    Progress settle(Exchange& exchange, Verdict verdict) const;
    void park(Exchange& exchange, const Verdict::Park& park) const;
    void go_on(Exchange& exchange, std::optional<Response> answer) const;

    Progress run_blocking(Exchange& exchange, const Link& link) const;
    void run_afters(Exchange& exchange) const;

    void set_deadline(Exchange& exchange) const;
    void expired(Exchange& exchange) const;
    void tell_breaker(Exchange& exchange, bool has_succeeded) const;

    Phases phases_;
    const Answers& answers_;
    std::uint64_t max_body_;
};

}  // namespace mortise::http
