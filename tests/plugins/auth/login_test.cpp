// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <crypt.h>

#include <mortise/services/database.h>

#include "plugins/auth/password_hash.h"
#include "site.h"

using namespace std::chrono_literals;
using auth::test::code_of;
using auth::test::Site;

namespace {

void fail_to_login(Site& site, int times, const std::string& email, const std::string& address = "10.0.0.1") {
    for (int time = 0; time < times; ++time) REQUIRE(site.login(email, "wrong", address).status == 401);
}

}  // namespace

TEST_CASE("signing in works by e-mail address and by username, in any case") {
    Site site;
    site.sign_up("ann");
    for (const char* login : {"ann@example.org", "ANN@EXAMPLE.ORG", "ann", "Ann"}) {
        const auto answer = site.login(login);
        CHECK(answer.status == 200);
        CHECK(answer.json().at("user").at("username") == "ann");
        CHECK(answer.json().at("expiresIn") == 900);
        CHECK(answer.body.find("argon2") == std::string::npos);
    }
}

TEST_CASE("an unknown login and a wrong password are one answer") {
    Site site;
    site.sign_up("ann");
    auto unknown = site.login("bob@example.org", "password123");
    auto wrong = site.login("ann@example.org", "password124");
    CHECK(unknown.status == 401);
    CHECK(wrong.status == 401);
    CHECK_FALSE(wrong.header("www-authenticate").empty());
    auto first = unknown.json(), second = wrong.json();
    first.as_object().erase("requestId");
    second.as_object().erase("requestId");
    CHECK(first == second);
    CHECK(code_of(wrong) == "wrong_credentials");
}

TEST_CASE("a login that is malformed is 400 or 422, never a 500") {
    Site site;
    CHECK(site.host.post("/api/v1/auth/login").body("nonsense", "application/json").send().status == 400);
    CHECK(site.host.post("/api/v1/auth/login").json({{"email", "ann@example.org"}}).send().status == 422);
    CHECK(site.host.post("/api/v1/auth/login").json({{"email", 1}, {"password", true}}).send().status == 422);
    CHECK(site.login(std::string("a\0b", 3)).status == 422);
    CHECK(site.login("' OR 1=1 --", "' OR 1=1 --").status == 401);
}

TEST_CASE("five failures lock the account for a minute, for the right password too") {
    Site site;
    site.sign_up("ann");
    fail_to_login(site, 5, "ann@example.org");
    const auto locked = site.login("ANN@example.org", "password123", "10.0.0.2");
    CHECK(locked.status == 429);
    CHECK(code_of(locked) == "too_many_attempts");
    CHECK(locked.header("retry-after") == "60");
    site.host.clock().advance(59s);
    CHECK(site.login("ann@example.org").status == 429);
    site.host.clock().advance(1s);
    CHECK(site.login("ann@example.org").status == 200);
}

TEST_CASE("an account nobody has is locked alike") {
    Site site;
    site.host.start();
    fail_to_login(site, 5, "nobody@example.org");
    CHECK(site.login("nobody@example.org").status == 429);
}

TEST_CASE("the right password forgets the failures of the account") {
    Site site;
    site.sign_up("ann");
    for (int round = 0; round < 2; ++round) {
        fail_to_login(site, 4, "ann@example.org");
        REQUIRE(site.login("ann@example.org").status == 200);
    }
}

TEST_CASE("failures long ago do not count") {
    Site site;
    site.sign_up("ann");
    fail_to_login(site, 4, "ann@example.org");
    site.host.clock().advance(15min);
    fail_to_login(site, 4, "ann@example.org");
    CHECK(site.login("ann@example.org").status == 200);
}

TEST_CASE("ten failures lock the address for ten minutes, and no other") {
    Site site;
    site.sign_up("ann");
    for (int account = 0; account < 10; ++account)
        fail_to_login(site, 1, "nobody" + std::to_string(account) + "@example.org", "10.9.9.9");
    CHECK(site.login("ann@example.org", "password123", "10.9.9.9").status == 429);
    CHECK(site.login("ann@example.org", "password123", "10.9.9.8").status == 200);
    site.host.clock().advance(10min - 1s);
    CHECK(site.login("ann@example.org", "password123", "10.9.9.9").status == 429);
    site.host.clock().advance(1s);
    CHECK(site.login("ann@example.org", "password123", "10.9.9.9").status == 200);
}

TEST_CASE("an IPv6 client is its /64, and exempt networks are never locked") {
    Site site("lockout: { exempt: [10.0.0.0/8] }\n");
    site.sign_up("ann");
    for (int guess = 0; guess < 10; ++guess) {
        const std::string name = "nobody" + std::to_string(guess) + "@example.org";
        fail_to_login(site, 1, name, "2001:db8:1:2::" + std::to_string(guess));
        fail_to_login(site, 1, name, "10.1.1.1");
    }
    CHECK(site.login("ann@example.org", "password123", "2001:db8:1:2:ffff::1").status == 429);
    CHECK(site.login("ann@example.org", "password123", "2001:db8:1:3::1").status == 200);
    CHECK(site.login("ann@example.org", "password123", "10.1.1.1").status == 200);
}

TEST_CASE("a bcrypt hash brought from elsewhere signs in and becomes Argon2id") {
    Site site;
    const auto ann = site.sign_up("ann");
    crypt_data data{};
    const std::string bcrypt = ::crypt_r("password123", "$2b$04$abcdefghijklmnopqrstuu", &data);
    site.host.database().execute("UPDATE auth_accounts SET password_hash = ? WHERE id = ?", bcrypt,
                                 ann.user_id);
    CHECK(site.login("ann@example.org", "wrong").status == 401);
    CHECK(site.login("ann@example.org").status == 200);
    const auto row =
        site.host.database().one("SELECT password_hash FROM auth_accounts WHERE id = ?", ann.user_id);
    CHECK(row->text(0).starts_with("$argon2id$"));
    CHECK(site.login("ann@example.org").status == 200);
}

TEST_CASE("a hostile stored hash signs nobody in and costs nothing") {
    Site site;
    const auto ann = site.sign_up("ann");
    site.host.database().execute("UPDATE auth_accounts SET password_hash = ? WHERE id = ?",
                                 "$argon2id$v=19$m=4294967295,t=100,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
                                 ann.user_id);
    CHECK(site.login("ann@example.org").status == 401);
}

TEST_CASE("a banned account is told so only to who knows its password, and is let in after the ban") {
    Site site;
    const auto ann = site.sign_up("ann");
    site.people().ban(ann.user_id);
    CHECK(site.login("ann@example.org", "wrong").status == 401);
    const auto banned = site.login("ann@example.org");
    CHECK(banned.status == 403);
    CHECK(code_of(banned) == "account_banned");
    CHECK(site.me(ann.access).status == 401);
    CHECK(site.refresh(ann.refresh).status == 401);
    site.people().unban(ann.user_id);
    CHECK(site.login("ann@example.org").status == 200);
    CHECK(site.me(ann.access).status == 401);
}
