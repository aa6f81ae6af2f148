// SPDX-License-Identifier: Apache-2.0
#include "http/chain.h"

#include <algorithm>
#include <charconv>

#include <mortise/error.h>
#include <mortise/services/database/primary_reads.h>
#include <mortise/text.h>

#include "http/keeper.h"
#include "http/validation.h"

namespace mortise::http {

namespace {

using Step = ChainState::Step;

std::string_view user_id_of(const RequestParts& parts) {
    return parts.user ? std::string_view(parts.user->id) : std::string_view{};
}

Error gave_up() {
    return Error(Code::gateway_timeout, "The answer took too long.");
}

Error no_room() {
    return Error(Code::unavailable, "Too many requests are waiting here; try again soon.")
        .retry_after(std::chrono::seconds(1));
}

Error shut(std::chrono::milliseconds wait) {
    return Error(Code::unavailable, "This keeps failing at the moment; try again later.",
                 "the route's breaker is open")
        .retry_after(std::max(wait, std::chrono::milliseconds(1000)));
}

// 0 without Content-Length: the wire counts then.
std::uint64_t announced_length(const KnownHeaders& headers) {
    std::uint64_t length = 0;
    if (headers.content_length != nullptr) {
        const std::string_view text = headers.content_length->value;
        std::from_chars(text.data(), text.data() + text.size(), length);
    }
    return length;
}

// Whatever an `after` throws, the answer stays.
template <class After>
void run_guarded(const Log& log, const char* who, After after) {
    try {
        after();
    } catch (const std::exception& fault) {
        log.error("an after middleware failed; its answer goes out without it",
                  {{"where", who}, {"what", fault.what()}});
    } catch (...) {
        log.error("an after middleware failed; its answer goes out without it", {{"where", who}});
    }
}

}  // namespace

void Chain::advance(Exchange& exchange, LogScope& scope) const {
    const RequestParts& parts = exchange.parts();
    ChainState& chain = exchange.chain();
    try {
        if (parts.is_abandoned.load(std::memory_order_relaxed))
            chain.response = answers_.problem(504, gave_up().public_text(), &parts);
        else if (run_steps(exchange, scope) == Progress::waiting)
            return;
    } catch (...) {
        chain.is_parked = false;
        chain.response = answers_.caught(parts);
    }
    finish(exchange);
}

// Each step names the next one before it runs, so that whoever waits in between goes on behind it.
Chain::Progress Chain::run_steps(Exchange& exchange, LogScope& scope) const {
    ChainState& chain = exchange.chain();
    Progress progress = Progress::next;
    while (progress == Progress::next) {
        const Step step = chain.step;
        if (step != Step::handler && step != Step::middleware)
            chain.step = static_cast<Step>(static_cast<std::uint8_t>(step) + 1);
        switch (step) {
            case Step::identity:
                identify(exchange, scope);
                break;
            case Step::limit:
                progress = limit(exchange);
                break;
            case Step::authorise:
                authorise(exchange);
                break;
            case Step::middleware:
                progress = run_middleware(exchange);
                break;
            case Step::cache:
                progress = ask_cache(exchange);
                break;
            case Step::body:
                progress = take_body(exchange);
                break;
            case Step::validation: {
                const RouteDeclaration& route = *chain.route->declaration;
                if (route.query || route.body) bind_contracts(exchange.request(), route);
                break;
            }
            case Step::idempotency:
                progress = ask_idempotency(exchange);
                break;
            case Step::handler:
                return start_handler(exchange);
        }
    }
    return progress;
}

void Chain::identify(Exchange& exchange, LogScope& scope) const {
    ChainState& chain = exchange.chain();
    if (phases_.identity == nullptr) return;
    if (chain.headers.authorization == nullptr && chain.headers.cookie == nullptr) return;
    Identified identified = phases_.identity->identify(exchange.request());
    exchange.parts().user = std::move(identified.user);
    chain.identity_fault = identified.fault;
    scope.set_user_id(user_id_of(exchange.parts()));
}

Chain::Progress Chain::limit(Exchange& exchange) const {
    ChainState& chain = exchange.chain();
    if (chain.route->limit == nullptr) return Progress::next;
    const RequestParts& parts = exchange.parts();
    const LimitAnswer answer = chain.route->limit->decide({parts.client_address, parts.user.get()});
    if (const auto* decision = std::get_if<LimitDecision>(&answer)) {
        chain.response = heed(exchange, *decision);
        return chain.response ? Progress::answered : Progress::next;
    }
    set_deadline(exchange);
    chain.is_parked = true;
    std::get<LimitLater>(answer)(
        LimitReply([this, kept = exchange.shared_from_this()](const LimitDecision& decision) {
            kept->post([this, kept, decision] {
                if (std::exchange(kept->chain().is_parked, false)) go_on(*kept, heed(*kept, decision));
            });
        }));
    return Progress::waiting;
}

// Nothing when it lets the request through.
std::optional<Response> Chain::heed(Exchange& exchange, const LimitDecision& decision) const {
    exchange.chain().limited = decision;
    if (decision.lets_through()) return std::nullopt;
    return answers_.told(refusal_of(decision), exchange.parts());
}

void Chain::authorise(Exchange& exchange) const {
    const ChainState& chain = exchange.chain();
    const RouteDeclaration& route = *chain.route->declaration;
    if (!route.requires_user) return;
    const User* user = exchange.request().user();
    if (user == nullptr) {
        const bool sent_one = !chain.identity_fault.empty();
        throw Error(Code::unauthenticated, sent_one ? "The access token is not valid." : "Sign in first.",
                    std::string(chain.identity_fault))
            .with_header("WWW-Authenticate", sent_one ? "Bearer error=\"invalid_token\"" : "Bearer");
    }
    if (!route.roles.empty() && !contains(route.roles, user->role))
        throw Error(Code::forbidden, "You may not do this.");
}

Chain::Progress Chain::run_middleware(Exchange& exchange) const {
    ChainState& chain = exchange.chain();
    const std::vector<Link>& befores = chain.middleware->befores;
    while (chain.next_before < befores.size()) {
        const Link& link = befores[chain.next_before++];
        if (!link.applies_to(chain.path)) continue;
        if (link.declaration->may_block && link.lane != nullptr) return run_blocking(exchange, link);
        const Progress progress = settle(exchange, link.declaration->before(exchange.request()));
        if (progress != Progress::next) return progress;
    }
    chain.step = Step::cache;
    return Progress::next;
}

Chain::Progress Chain::ask_cache(Exchange& exchange) const {
    ChainState& chain = exchange.chain();
    const RouteDeclaration& route = *chain.route->declaration;
    if (phases_.cache == nullptr || !route.cache) return Progress::next;
    if (exchange.request().method() != Method::get && exchange.request().method() != Method::head)
        return Progress::next;
    chain.has_cache_run = true;
    return settle(exchange, phases_.cache->before(exchange.request(), route));
}

Chain::Progress Chain::take_body(Exchange& exchange) const {
    ChainState& chain = exchange.chain();
    const RouteDeclaration& route = *chain.route->declaration;
    const std::uint64_t limit = route.max_body.value_or(max_body_);
    if (announced_length(chain.headers) > limit)
        throw Error(Code::payload_too_large, "The body is larger than " + std::to_string(limit) + " bytes.");
    if (route.streams_body) {
        exchange.open_body(limit);
        return Progress::next;
    }
    if (!chain.headers.announce_body()) return Progress::next;
    set_deadline(exchange);
    exchange.collect_body(limit, [this, exchange = &exchange] { go_on(*exchange, std::nullopt); });
    return Progress::waiting;
}

Chain::Progress Chain::ask_idempotency(Exchange& exchange) const {
    ChainState& chain = exchange.chain();
    const RouteDeclaration& route = *chain.route->declaration;
    if (phases_.idempotency == nullptr || !route.is_idempotent) return Progress::next;
    if (chain.headers.idempotency_key == nullptr) return Progress::next;
    chain.has_idempotency_run = true;
    return settle(exchange, phases_.idempotency->before(exchange.request(), route));
}

Chain::Progress Chain::start_handler(Exchange& exchange) const {
    const RouteEntry& route = *exchange.chain().route;
    if (route.breaker)
        if (const auto wait = route.breaker->retry_after(); wait.count() > 0) throw shut(wait);
    if (route.keeper != nullptr) {
        route.keeper->keep({*this, exchange.shared_from_this()});
        return Progress::waiting;
    }
    if (route.declaration->is_inline || route.lane == nullptr) {
        run_handler(exchange);
        return Progress::answered;
    }
    set_deadline(exchange);
    const bool has_room = route.lane->submit([this, kept = exchange.shared_from_this()] {
        const LogScope scope(kept->parts().id, user_id_of(kept->parts()));
        run_handler(*kept);
        finish(*kept);
    });
    if (!has_room) throw no_room();
    return Progress::waiting;
}

void Chain::run_handler(Exchange& exchange) const {
    ChainState& chain = exchange.chain();
    const RequestParts& parts = exchange.parts();
    const RouteEntry& route = *chain.route;
    bool is_allowed = false;
    if (parts.is_abandoned.load(std::memory_order_relaxed)) {
        chain.response = answers_.problem(504, gave_up().public_text(), &parts);
        return;
    }
    try {
        if (route.breaker && (chain.breaker_ticket = route.breaker->allow()) == 0)
            throw shut(route.breaker->retry_after());
        is_allowed = true;
        chain.is_handler_running.store(true, std::memory_order_release);
        const PrimaryReads scope(parts.reads_primary);
        chain.response = route.declaration->handler(exchange.request());
    } catch (...) {
        chain.response = answers_.caught(parts);
    }
    if (is_allowed) tell_breaker(exchange, chain.response->status() < 500);
}

Chain::Progress Chain::settle(Exchange& exchange, Verdict verdict) const {
    if (verdict.is_next()) return Progress::next;
    if (Response* response = verdict.response()) {
        exchange.chain().response = std::move(*response);
        return Progress::answered;
    }
    park(exchange, *verdict.parking());
    return Progress::waiting;
}

void Chain::park(Exchange& exchange, const Verdict::Park& park) const {
    set_deadline(exchange);
    exchange.chain().is_parked = true;
    park(Resume([this, kept = exchange.shared_from_this()](Resume::Outcome outcome) {
        kept->post([this, kept, outcome = std::move(outcome)]() mutable {
            // Not parked any more: `park` itself has thrown, and that is the answer.
            if (!std::exchange(kept->chain().is_parked, false)) return;
            if (outcome.fault) outcome.answer = answers_.caught(std::move(outcome.fault), kept->parts());
            go_on(*kept, std::move(outcome.answer));
        });
    }));
}

void Chain::go_on(Exchange& exchange, std::optional<Response> answer) const {
    LogScope scope(exchange.parts().id, user_id_of(exchange.parts()));
    if (!answer) return advance(exchange, scope);
    exchange.chain().response = std::move(answer);
    finish(exchange);
}

// A `before` that waits: it runs on its plugin's lane, and what it decides is acted on by the loop.
Chain::Progress Chain::run_blocking(Exchange& exchange, const Link& link) const {
    set_deadline(exchange);
    exchange.chain().is_parked = true;
    const bool has_room =
        link.lane->submit([this, kept = exchange.shared_from_this(), before = &link.declaration->before] {
            const LogScope scope(kept->parts().id, user_id_of(kept->parts()));
            auto verdict = std::make_shared<Verdict>(Verdict::next());
            try {
                *verdict = (*before)(kept->request());
            } catch (...) {
                *verdict = Verdict::answer(answers_.caught(kept->parts()));
            }
            kept->post([this, kept, verdict] {
                kept->chain().is_parked = false;
                if (verdict->is_next()) return go_on(*kept, std::nullopt);
                if (Response* response = verdict->response()) return go_on(*kept, std::move(*response));
                try {
                    park(*kept, *verdict->parking());
                } catch (...) {
                    kept->chain().is_parked = false;
                    go_on(*kept, answers_.caught(kept->parts()));
                }
            });
        });
    if (!has_room) throw no_room();
    return Progress::waiting;
}

void Chain::finish(Exchange& exchange) const {
    ChainState& chain = exchange.chain();
    const Request& request = exchange.request();
    const RouteDeclaration* route = chain.route != nullptr ? chain.route->declaration : nullptr;
    answers_.complete(*chain.response, route != nullptr ? route->success_status : 200, exchange.parts());
    if (route != nullptr && chain.has_idempotency_run)
        run_guarded(answers_.log(), "idempotency",
                    [&] { phases_.idempotency->after(request, *route, *chain.response); });
    if (route != nullptr && chain.has_cache_run)
        run_guarded(answers_.log(), "cache", [&] { phases_.cache->after(request, *route, *chain.response); });
    chain.afters_left = static_cast<std::uint32_t>(chain.middleware->afters.size());
    run_afters(exchange);
}

void Chain::run_afters(Exchange& exchange) const {
    ChainState& chain = exchange.chain();
    const Request& request = exchange.request();
    while (chain.afters_left > 0) {
        const Link& link = chain.middleware->afters[--chain.afters_left];
        if (link.partner > chain.next_before || !link.applies_to(chain.path)) continue;
        if (link.declaration->may_block && link.lane != nullptr && exchange.on_loop_thread()) {
            ++chain.afters_left;
            const bool has_room = link.lane->submit([this, kept = exchange.shared_from_this()] {
                const LogScope scope(kept->parts().id, user_id_of(kept->parts()));
                run_afters(*kept);
            });
            if (has_room) return;
            --chain.afters_left;
            answers_.left_out(exchange.parts());
            continue;
        }
        run_guarded(answers_.log(), "plugin", [&] { link.declaration->after(request, *chain.response); });
    }
    if (chain.limited)
        run_guarded(answers_.log(), "limiter",
                    [&] { chain.route->limit->tell(*chain.limited, *chain.response); });
    answers_.send(exchange, std::move(*chain.response));
}

void Chain::set_deadline(Exchange& exchange) const {
    ChainState& chain = exchange.chain();
    const auto deadline = exchange.parts().deadline;
    if (chain.is_deadline_set || deadline == std::chrono::steady_clock::time_point::max()) return;
    chain.is_deadline_set = true;
    exchange.set_deadline(deadline, [this, exchange = &exchange] { expired(*exchange); });
}

// Whoever is waited for is to blame: the client, who owes its body, or us.
// The client is answered without plugins' `after`s: whoever still works on the request may be using it. They
// run when that work ends, and their answer is dropped.
void Chain::expired(Exchange& exchange) const {
    ChainState& chain = exchange.chain();
    exchange.parts().is_abandoned.store(true, std::memory_order_relaxed);
    const bool is_client_late = exchange.awaits_body();
    if (!is_client_late && chain.is_handler_running.load(std::memory_order_acquire))
        tell_breaker(exchange, false);
    const LogScope scope(exchange.parts().id, user_id_of(exchange.parts()));
    Response response = is_client_late
                            ? answers_.problem(408, "The body took too long to arrive.", &exchange.parts())
                            : answers_.told(gave_up(), exchange.parts());
    response.set_header("Connection", "close");
    answers_.send(exchange, std::move(response));
}

void Chain::tell_breaker(Exchange& exchange, bool has_succeeded) const {
    ChainState& chain = exchange.chain();
    if (!chain.route->breaker || chain.is_outcome_told.exchange(true)) return;
    if (has_succeeded)
        chain.route->breaker->succeeded(chain.breaker_ticket);
    else
        chain.route->breaker->failed(chain.breaker_ticket);
}

}  // namespace mortise::http
