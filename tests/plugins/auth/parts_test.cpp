// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/id.h>
#include <mortise/time.h>

#include <string>

#include "plugins/auth/digest.h"
#include "plugins/auth/fold_case.h"
#include "plugins/auth/refresh_token.h"
#include "plugins/auth/revocations.h"

using namespace std::chrono_literals;
using auth::RefreshToken;

TEST_CASE("a refresh token comes back from its text") {
    const std::string session = mortise::new_id();
    const RefreshToken token = RefreshToken::make(session);
    CHECK(token.text().size() == 70);
    const auto read = RefreshToken::parse(token.text());
    REQUIRE(read);
    CHECK(read->session_id() == session);
    CHECK(read->generation() == 0);
    CHECK(read->hash() == token.hash());
    CHECK(token.hash().find(token.text()) == std::string::npos);
}

TEST_CASE("what is no refresh token is nothing") {
    const std::string text = RefreshToken::make(mortise::new_id()).text();
    CHECK_FALSE(RefreshToken::parse(""));
    CHECK_FALSE(RefreshToken::parse(text + "A"));
    CHECK_FALSE(RefreshToken::parse(text + "="));
    CHECK_FALSE(RefreshToken::parse(text.substr(1)));
    CHECK_FALSE(RefreshToken::parse(" " + text.substr(1)));
    CHECK_FALSE(RefreshToken::parse("Bearer " + text));
}

TEST_CASE("every node derives the same successor, and nobody without the key does") {
    const RefreshToken token = RefreshToken::make(mortise::new_id());
    const auto elsewhere = RefreshToken::parse(token.text());
    CHECK(token.successor("key").text() == elsewhere->successor("key").text());
    CHECK(token.successor("key").text() != token.successor("another key").text());
    CHECK(token.successor("key").generation() == 1);
    CHECK(token.successor("key").session_id() == token.session_id());
    CHECK(token.successor("key").hash() != RefreshToken::make(token.session_id()).successor("key").hash());
}

TEST_CASE("names are compared in small letters of every script") {
    CHECK(auth::fold_case("Ann.Smith@Example.ORG") == "ann.smith@example.org");
    CHECK(auth::fold_case("ÉMILE") == "émile");
    CHECK(auth::fold_case("ЖАННА") == "жанна");
    CHECK(auth::fold_case("😀") == "😀");
    CHECK(auth::fold_case("bad \xff UTF-8 A") == "bad \xff UTF-8 A");
    CHECK(auth::fold_case("") == "");
}

TEST_CASE("a username holds letters and digits of any script, and no trick") {
    for (const char* good : {"ann", "Ann Smith", "o'neil-2_x.y", "Žaneta", "王小明", "жанна99"}) {
        INFO(good);
        CHECK_FALSE(auth::refuse_username(good));
    }
    for (const char* bad :
         {" ann", "ann ", "an  n", "ann@home", "a/b", "a\nb", "<b>", "ann\xE2\x80\x8B", "\xE2\x80\xAEnna",
          "a\xff"
          "b",
          "😀😀😀"}) {
        INFO(bad);
        CHECK(auth::refuse_username(bad));
    }
    CHECK(auth::refuse_username(std::string_view("a\0b", 3)));
}

TEST_CASE("a revocation is kept until the tokens it concerns have ended") {
    auth::Revocations revocations;
    const mortise::Time now{1h};
    revocations.end_session("s1", now + 15min, now);
    revocations.change_role("ann", "admin", now + 15min, now);
    CHECK(revocations.is_ended("s1"));
    CHECK_FALSE(revocations.is_ended("s2"));
    CHECK(revocations.role_of("ann") == "admin");
    CHECK_FALSE(revocations.role_of("bob"));
    revocations.end_session("s3", now - 1s, now);
    CHECK_FALSE(revocations.is_ended("s3"));
    revocations.end_session("s4", now + 1h, now + 15min);
    CHECK_FALSE(revocations.is_ended("s1"));
    CHECK(revocations.size() == 1);
}
