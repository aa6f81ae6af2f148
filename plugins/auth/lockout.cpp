// SPDX-License-Identifier: Apache-2.0
#include "lockout.h"

#include <algorithm>

#include <mortise/error.h>

#include "digest.h"
#include "fold_case.h"

namespace auth {

namespace {

using mortise::Store;

// Logins are hashed: they come from outside, and a store's keys are listed by operators.
std::string login_subject(std::string_view login) {
    return "account:" + sha256_text(fold_case(login));
}

std::string failures_key(const std::string& subject) {
    return "auth:failures:" + subject;
}
std::string lock_key(const std::string& subject) {
    return "auth:lock:" + subject;
}

}  // namespace

Lockout::Lockout(mortise::Host& host, const mortise::Options& options)
    : host_(host),
      account_{options.integer("account_failures"), options.duration("account_lock")},
      address_{options.integer("address_failures"), options.duration("address_lock")},
      window_(options.duration("window")) {
    for (const std::string& network : options.texts("exempt")) exempt_.emplace_back(network);
}

void Lockout::refuse_locked(std::string_view login, std::string_view address) const {
    std::optional<Store::Milliseconds> wait;
    asking_store([&](Store& store) {
        std::vector<std::string> locks{lock_key(login_subject(login))};
        if (const auto subject = address_subject(address)) locks.push_back(lock_key(*subject));
        const auto held = store.get_many(locks);
        for (std::size_t place = 0; place < locks.size(); ++place)
            if (held[place])
                wait = std::max(wait.value_or(Store::Milliseconds{1}),
                                store.expires_in(locks[place]).value_or(Store::Milliseconds{1}));
    });
    if (wait)
        throw mortise::Error(mortise::Code::rate_limited,
                             "Too many failed attempts to sign in. Try again later.")
            .named("too_many_attempts")
            .retry_after(*wait);
}

void Lockout::count_failure(std::string_view login, std::string_view address) const {
    asking_store([&](Store&) {
        count(login_subject(login), account_);
        if (const auto subject = address_subject(address)) count(*subject, address_);
    });
}

void Lockout::forget_failures(std::string_view login) const {
    asking_store([&](Store& store) { store.remove(failures_key(login_subject(login))); });
}

void Lockout::count(const std::string& subject, const Rule& rule) const {
    Store& store = host_.store();
    const auto failures = store.add(failures_key(subject), 1, {.ttl = window_});
    if (failures.value < rule.failures) return;
    store.set(lock_key(subject), "1", rule.lock);
    store.remove(failures_key(subject));
}

std::optional<std::string> Lockout::address_subject(std::string_view address) const {
    const auto client = mortise::Network::parse_address(address);
    const auto holds_client = [&](const mortise::Network& network) { return network.contains(*client); };
    if (!client || std::any_of(exempt_.begin(), exempt_.end(), holds_client)) return std::nullopt;
    return "address:" + client->customer();
}

template <class Ask>
void Lockout::asking_store(Ask ask) const {
    try {
        ask(host_.store());
    } catch (const mortise::Error& fault) {
        host_.log().warn("failed attempts to sign in are not counted", {{"reason", fault.what()}});
    }
}

}  // namespace auth
