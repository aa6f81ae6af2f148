// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/services/database.h>

#include "site.h"

using namespace std::chrono_literals;
using auth::test::code_of;
using auth::test::faults_of;
using auth::test::Site;

namespace {

mortise::testing::TestResponse change(Site& site, const std::string& access, const std::string& current,
                                      const std::string& wanted) {
    return site.host.patch("/api/v1/auth/password")
        .bearer(access)
        .json({{"currentPassword", current}, {"newPassword", wanted}})
        .send();
}

mortise::testing::TestResponse forget(Site& site, const std::string& email) {
    return site.host.post("/api/v1/auth/forgot-password").json({{"email", email}}).send();
}

mortise::testing::TestResponse reset(Site& site, const std::string& token, const std::string& password) {
    return site.host.post("/api/v1/auth/reset-password")
        .json({{"token", token}, {"password", password}})
        .send();
}

// What stands after "token=" in the newest message.
std::string token_of(Site& site) {
    const std::string text = site.host.mails().back().text;
    const std::size_t start = text.find("token=") + 6;
    return text.substr(start, text.find('\n', start) - start);
}

const std::string with_link = "reset: { url: \"https://app.example.org/reset?token={token}\" }\n";

}  // namespace

TEST_CASE("a changed password keeps this session and ends the others") {
    Site site;
    const auto ann = site.sign_up("ann");
    const auto phone = site.sign_in("ann");
    const auto answer = change(site, ann.access, "password123", "another password");
    CHECK(answer.status == 200);
    CHECK(answer.json().at("username") == "ann");
    CHECK(answer.body.find("argon2") == std::string::npos);
    CHECK(site.me(ann.access).status == 200);
    CHECK(site.me(phone.access).status == 401);
    CHECK(site.refresh(phone.refresh).status == 401);
    CHECK(site.login("ann").status == 401);
    CHECK(site.login("ann", "another password").status == 200);
}

TEST_CASE("who does not know the present password can't change it, and guesses are counted") {
    Site site;
    const auto ann = site.sign_up("ann");
    CHECK(change(site, "nonsense", "password123", "another password").status == 401);
    for (int guess = 0; guess < 5; ++guess) {
        const auto answer = change(site, ann.access, "wrong", "another password");
        CHECK(answer.status == 403);
        CHECK(code_of(answer) == "wrong_password");
    }
    CHECK(change(site, ann.access, "password123", "another password").status == 429);
    CHECK(faults_of(change(site, ann.access, "password123", "short")) == "/newPassword");
    site.host.clock().advance(1min);
    CHECK(site.login("ann@example.org").status == 200);
}

TEST_CASE("a forgotten password is set anew by the message's token, once, and ends every session") {
    Site site(with_link);
    const auto ann = site.sign_up("ann");
    CHECK(forget(site, "ANN@example.org").status == 202);
    CHECK(site.host.mails().empty());
    site.host.run_jobs();
    REQUIRE(site.host.mails().size() == 1);
    CHECK(site.host.mails()[0].to == "ann@example.org");
    CHECK(site.host.mails()[0].text.find("https://app.example.org/reset?token=") != std::string::npos);

    const std::string token = token_of(site);
    CHECK(faults_of(reset(site, token, "short")) == "/password");
    CHECK(reset(site, token, "another password").status == 204);
    CHECK(site.login("ann").status == 401);
    CHECK(site.login("ann", "another password").status == 200);
    CHECK(site.me(ann.access).status == 401);
    const auto again = reset(site, token, "a third password");
    CHECK(again.status == 422);
    CHECK(code_of(again) == "invalid_reset_token");
    CHECK(site.login("ann", "another password").status == 200);
}

TEST_CASE("asking for a message answers the same for an address nobody has, and sends none") {
    Site site(with_link);
    site.sign_up("ann");
    const auto known = forget(site, "ann@example.org");
    const auto unknown = forget(site, "nobody@example.org");
    CHECK(known.status == 202);
    CHECK(unknown.status == 202);
    CHECK(known.body == unknown.body);
    site.host.run_jobs();
    CHECK(site.host.mails().size() == 1);
    CHECK(forget(site, "no address").status == 422);
}

TEST_CASE("asking twice before the message goes out sends one, and the newest token counts") {
    Site site(with_link);
    site.sign_up("ann");
    forget(site, "ann@example.org");
    forget(site, "Ann@example.org");
    site.host.run_jobs();
    REQUIRE(site.host.mails().size() == 1);
    const std::string first = token_of(site);
    forget(site, "ann@example.org");
    site.host.run_jobs();
    REQUIRE(site.host.mails().size() == 2);
    CHECK(reset(site, first, "another password").status == 422);
    CHECK(reset(site, token_of(site), "another password").status == 204);
}

TEST_CASE("a message's token ends after an hour, and nonsense was never one") {
    Site site(with_link);
    site.sign_up("ann");
    forget(site, "ann@example.org");
    site.host.run_jobs();
    const std::string token = token_of(site);
    CHECK(reset(site, "nonsense", "another password").status == 422);
    CHECK(reset(site, "", "another password").status == 422);
    site.host.clock().advance(1h);
    CHECK(reset(site, token, "another password").status == 422);
    CHECK(site.login("ann").status == 200);
}

TEST_CASE("the database keeps only a hash of a message's token") {
    Site site(with_link);
    site.sign_up("ann");
    forget(site, "ann@example.org");
    site.host.run_jobs();
    const auto row = site.host.database().one("SELECT token_hash FROM auth_password_resets");
    REQUIRE(row);
    CHECK(row->text(0) != token_of(site));
}
