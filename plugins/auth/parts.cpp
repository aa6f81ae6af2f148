// SPDX-License-Identifier: Apache-2.0
#include "parts.h"

#include <sodium.h>

#include <stdexcept>

#include <mortise/services/metrics.h>

namespace auth {

namespace {

PasswordHasher make_hasher(const PasswordSettings& settings) {
    return PasswordHasher(settings.cost, settings.threads, settings.queue);
}

}  // namespace

Parts::Parts(mortise::Host& the_host)
    : host(the_host),
      access(host.options().group("access_token")),
      session(host.options()),
      roles(host.options().texts("roles")),
      keys(access),
      cookies(CookieSettings(host.options().group("cookies")), access.lifetime, session.lifetime, keys),
      accounts(host.database()),
      sessions(host.database(), session),
      standing(host, accounts, sessions),
      hasher(make_hasher(PasswordSettings(host.options().group("password")))),
      lockout(host, host.options().group("lockout")),
      issuer(keys, cookies, host.clock(), access.lifetime),
      identity(keys, standing.revocations(), cookies, host.clock(), access.cached) {
    if (::sodium_init() < 0) throw std::runtime_error("libsodium cannot be used on this machine");
    host.metrics().gauge_from("hashing_waiting", "Passwords that wait for a hashing thread.",
                              [this] { return static_cast<double>(hasher.waiting()); });
    host.metrics().gauge_from("revocations", "Ended sessions and changed roles kept in memory.",
                              [this] { return static_cast<double>(standing.revocations().size()); });
}

void Parts::start() {
    keys.load(host.database(), host.clock());
    hasher.start();
    standing.start();
}

void Parts::stop() {
    standing.stop();
    hasher.stop();
}

}  // namespace auth
