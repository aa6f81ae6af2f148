// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "site.h"

using auth::test::code_of;
using auth::test::faults_of;
using auth::test::Site;
using mortise::Json;

namespace {

mortise::testing::TestResponse register_with(Site& site, const mortise::JsonObject& body) {
    return site.host.post("/api/v1/auth/register").json(body).send();
}

}  // namespace

TEST_CASE("who registers has an account and is signed in") {
    Site site;
    const auto answer = site.register_as("Ann");
    REQUIRE(answer.status == 201);
    const Json json = answer.json();
    CHECK(json.at("user").at("email") == "Ann@example.org");
    CHECK(json.at("user").at("username") == "Ann");
    CHECK(json.at("user").at("role") == "user");
    CHECK(json.at("user").at("createdAt") == "2030-01-01T12:00:00.000Z");
    CHECK(json.at("expiresIn") == 900);
    CHECK(answer.header("cache-control") == "no-store");
    CHECK(answer.header("set-cookie").empty());
    CHECK(answer.body.find("argon2") == std::string::npos);
    CHECK(answer.body.find("password") == std::string::npos);

    const auto me = site.me(Site::tokens_of(answer).access);
    CHECK(me.status == 200);
    CHECK(me.json() == json.at("user"));
}

TEST_CASE("an e-mail address or a username that is taken in other letters is refused by its name") {
    Site site;
    REQUIRE(site.register_as("ann").status == 201);
    const auto same_email = register_with(
        site, {{"email", "ANN@Example.org"}, {"username", "other"}, {"password", "password123"}});
    CHECK(same_email.status == 409);
    CHECK(code_of(same_email) == "email_taken");
    const auto same_name = register_with(
        site, {{"email", "other@example.org"}, {"username", "ANN"}, {"password", "password123"}});
    CHECK(same_name.status == 409);
    CHECK(code_of(same_name) == "username_taken");
}

TEST_CASE("every value that is not allowed is told with its place") {
    Site site;
    const auto wrong = register_with(site, {{"email", "ann"}, {"username", "an"}, {"password", "1234567"}});
    CHECK(wrong.status == 422);
    CHECK(faults_of(wrong) == "/email /username /password");
    const auto types =
        register_with(site, {{"email", 7}, {"username", nullptr}, {"password", mortise::JsonArray{}}});
    CHECK(types.status == 422);
    CHECK(faults_of(types) == "/email /username /password");
    CHECK(faults_of(register_with(site, mortise::JsonObject{})) == "/email /username /password");
    const auto tricky = register_with(
        site, {{"email", "ann@example.org"}, {"username", "ann@home"}, {"password", "password123"}});
    CHECK(faults_of(tricky) == "/username");
    const auto long_one = register_with(site, {{"email", "ann@example.org"},
                                               {"username", std::string(33, 'a')},
                                               {"password", std::string(1025, 'x')}});
    CHECK(faults_of(long_one) == "/username /password");
    CHECK(site.host.post("/api/v1/auth/register").body("{\"email\":", "application/json").send().status ==
          400);
}

TEST_CASE("passwords need eight characters and nothing else, up to a long sentence") {
    Site site;
    CHECK(site.register_as("ann", "password123").status == 201);
    CHECK(site.register_as("bob", "        ").status == 201);
    CHECK(site.register_as("cat", "пароль密码").status == 201);
    CHECK(site.register_as("dan", std::string(1024, 'x')).status == 201);
    CHECK(site.login("dan@example.org", std::string(1024, 'x')).status == 200);
    CHECK(site.login("dan@example.org", std::string(1023, 'x')).status == 401);
}

TEST_CASE("with registration off nobody registers, and an admin still makes accounts") {
    Site site("registration: false\n");
    const auto answer = site.register_as("ann");
    CHECK(answer.status == 403);
    CHECK(code_of(answer) == "registration_closed");
    site.people().create({"ann@example.org", "ann", "password123", "admin"});
    CHECK(site.login("ann@example.org").status == 200);
}

TEST_CASE("a role sent along is not believed") {
    Site site;
    const auto answer = register_with(
        site,
        {{"email", "ann@example.org"}, {"username", "ann"}, {"password", "password123"}, {"role", "admin"}});
    CHECK(answer.status == 201);
    CHECK(answer.json().at("user").at("role") == "user");
}
