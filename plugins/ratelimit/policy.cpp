// SPDX-License-Identifier: Apache-2.0
#include "policy.h"

#include <algorithm>
#include <utility>

#include <mortise/services/identity.h>

namespace ratelimit {

using mortise::LimitDecision;

namespace {

constexpr auto exempt = LimitDecision::Outcome::exempt;

std::vector<std::chrono::milliseconds> lengths_of(const mortise::Options& options) {
    std::vector<std::chrono::milliseconds> lengths;
    for (const auto& [name, policy] : options.entries("policies"))
        lengths.push_back(policy.duration("window"));
    return lengths;
}

}  // namespace

Surroundings::Surroundings(mortise::Host& host)
    : callers(host.options().texts("exempt")),
      headers(header_style(host.options().text("headers")), host.clock()),
      refuses_when_away(host.options().text("when_away") == "refuse"),
      table(host.clock(), lengths_of(host.options()),
            static_cast<std::size_t>(host.options().integer("counted"))) {}

Policy::Policy(std::string name, std::size_t number, const mortise::Options& options, Surroundings& around,
               mortise::Metrics& metrics)
    : name_(std::move(name)),
      number_(number),
      limit_(options.integer("limit")),
      window_(options.duration("window")),
      by_address_(options.text("by") == "address"),
      roles_(options.integer_entries("roles")),
      around_(around) {
    const auto counter = [&](const char* outcome) {
        return metrics.counter("decisions_total", "Requests, events and connects by what became of them",
                               {{"policy", name_}, {"outcome", outcome}});
    };
    admitted_ = counter("admitted");
    refused_ = counter("refused");
    exempt_ = counter("exempt");
    let_through_ = counter("let_through_uncounted");
    turned_away_ = counter("refused_uncounted");
}

mortise::LimitAnswer Policy::decide(const mortise::Visitor& visitor) {
    if (around_.callers.is_exempt(visitor)) {
        exempt_.add();
        return LimitDecision{exempt};
    }
    const std::int64_t limit = limit_of(visitor.user);
    std::string subject = Callers::subject_of(visitor, by_address_);
    if (around_.shared) return ask(std::move(subject), limit);
    return decision_of(around_.table.count(number_, subject, limit), limit);
}

void Policy::tell(const LimitDecision& decision, mortise::Response& response) const {
    if (decision.outcome == LimitDecision::Outcome::admitted ||
        decision.outcome == LimitDecision::Outcome::refused)
        around_.headers.write(name_, window_, decision, response);
}

std::int64_t Policy::limit_of(const mortise::User* user) const {
    if (user == nullptr || roles_.empty()) return limit_;
    const auto other = roles_.find(user->role);
    return other == roles_.end() ? limit_ : other->second;
}

// Who is at the limit stays there until the window ends: only others are worth a way to the store.
mortise::LimitAnswer Policy::ask(std::string subject, std::int64_t limit) {
    Tally known;
    if (around_.table.is_over(number_, subject, limit, known)) return decision_of(known, limit);
    return [this, shared = around_.shared, subject = std::move(subject), limit, window = window_,
            key = "ratelimit:" + name_ + ':'](mortise::LimitReply reply) {
        // Once stopped it forgets what it is asked, so that this policy is there whenever it is told.
        shared->count({key + subject, window, limit, [this, subject, limit, reply](const Tally& tally) {
                           if (tally.kind == Tally::Kind::over)
                               around_.table.close(number_, subject, tally.used, tally.left);
                           reply(decision_of(tally, limit));
                       }});
    };
}

LimitDecision Policy::decision_of(const Tally& tally, std::int64_t limit) const {
    using Outcome = LimitDecision::Outcome;
    switch (tally.kind) {
        case Tally::Kind::counted:
            admitted_.add();
            return {Outcome::admitted, limit, limit - tally.used, tally.left};
        case Tally::Kind::over:
            refused_.add();
            return {Outcome::refused, limit, 0, tally.left};
        case Tally::Kind::unknown:
            break;
    }
    (around_.refuses_when_away ? turned_away_ : let_through_).add();
    return {around_.refuses_when_away ? Outcome::undecided : Outcome::exempt};
}

}  // namespace ratelimit
