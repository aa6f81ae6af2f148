// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/error.h>
#include <mortise/services/events.h>

#include "site.h"

using namespace std::chrono_literals;
using auth::test::Site;
using mortise::Code;

namespace {

template <class Call>
std::string refusal_of(Call call) {
    try {
        call();
    } catch (const mortise::Error& fault) {
        return std::string(fault.name());
    }
    return "none";
}

}  // namespace

TEST_CASE("a role that changes counts at once, for tokens made before too") {
    Site site;
    const auto ann = site.sign_up("ann");
    const auto* identity = site.host.find<mortise::Identity>();
    CHECK(identity->identify_token(ann.access).user->role == "user");
    site.people().set_role(ann.user_id, "admin");
    CHECK(identity->identify_token(ann.access).user->role == "admin");
    site.people().set_role(ann.user_id, "user");
    CHECK(identity->identify_token(ann.access).user->role == "user");
    site.people().set_role(ann.user_id, "admin");
    const auto next = Site::tokens_of(site.refresh(ann.refresh));
    site.host.clock().advance(15min - 1s);
    CHECK(identity->identify_token(next.access).user->role == "admin");
}

TEST_CASE("accounts made here follow the rules of registering") {
    Site site;
    auto& people = site.people();
    const auto ann = people.create({"ann@example.org", "ann", "password123", "admin"});
    CHECK(ann.role == "admin");
    CHECK_FALSE(ann.banned_at);
    CHECK(refusal_of([&] { people.create({"ANN@example.org", "other", "password123"}); }) == "email_taken");
    CHECK(refusal_of([&] {
              people.create({"other@example.org", "Ann", "password123"});
          }) == "username_taken");
    CHECK(refusal_of([&] { people.create({"nonsense", "bob", "password123"}); }) == "unprocessable");
    CHECK(refusal_of([&] { people.create({"bob@example.org", "bob", "short"}); }) == "unprocessable");
    CHECK(refusal_of([&] {
              people.create({"bob@example.org", "bob", "password123", "king"});
          }) == "unprocessable");
    CHECK(site.login("ann").json().at("user").at("role") == "admin");
}

TEST_CASE("people are found by id, e-mail address and username") {
    Site site;
    auto& people = site.people();
    const auto ann = people.create({"Ann@Example.org", "Ann", "password123"});
    CHECK(people.find(ann.id)->email == "Ann@Example.org");
    CHECK(people.find_by_login("ann@example.ORG")->id == ann.id);
    CHECK(people.find_by_login("ANN")->id == ann.id);
    CHECK_FALSE(people.find("nobody"));
    CHECK_FALSE(people.find_by_login(""));
}

TEST_CASE("many are found in the order asked for, those nobody is left out, whatever their number") {
    Site site;
    std::vector<std::string> ids;
    for (int number = 0; number < 30; ++number) {
        const std::string name = "person" + std::to_string(number);
        ids.push_back(site.people().create({name + "@example.org", name, "password123"}).id);
    }
    std::vector<std::string> asked(ids.rbegin(), ids.rend());
    asked.insert(asked.begin() + 3, "nobody");
    const auto found = site.people().find_many(asked);
    REQUIRE(found.size() == 30);
    for (std::size_t place = 0; place < 30; ++place) CHECK(found[place].id == ids[29 - place]);
    CHECK(site.people().find_many({}).empty());
    CHECK(site.people().find_many({"nobody"}).empty());
}

TEST_CASE("a search pages from the newest to the oldest, and takes wildcards for what they are") {
    Site site;
    for (const char* name : {"anna", "bob", "joann", "hannah", "an_n"}) {
        site.people().create({std::string(name) + "@example.org", name, "password123"});
        site.host.clock().advance(1s);
    }
    const auto first = site.people().search("AN", 2, std::nullopt);
    REQUIRE(first.people.size() == 2);
    CHECK(first.people[0].username == "an_n");
    CHECK(first.people[1].username == "hannah");
    REQUIRE(first.next_cursor);
    const auto second = site.people().search("AN", 2, *first.next_cursor);
    REQUIRE(second.people.size() == 2);
    CHECK(second.people[0].username == "joann");
    CHECK(second.people[1].username == "anna");
    CHECK_FALSE(second.next_cursor);
    CHECK(site.people().search("n_n", 10, std::nullopt).people.size() == 1);
    CHECK(site.people().search("%", 10, std::nullopt).people.empty());
    CHECK(site.people().search("", 10, std::nullopt).people.size() == 5);
    CHECK(refusal_of([&] { site.people().search("", 10, "nonsense"); }) == "unprocessable");
}

TEST_CASE("a new password from an admin ends every session") {
    Site site;
    const auto ann = site.sign_up("ann");
    site.people().set_password(ann.user_id, "another password");
    CHECK(site.me(ann.access).status == 401);
    CHECK(site.login("ann").status == 401);
    CHECK(site.login("ann", "another password").status == 200);
    CHECK(refusal_of([&] { site.people().set_password(ann.user_id, "short"); }) == "unprocessable");
}

TEST_CASE("who is deleted is gone at once, others are told, and the name is free again") {
    Site site;
    const auto ann = site.sign_up("ann");
    std::vector<std::string> told;
    const auto subscription = site.host.events().subscribe(
        mortise::person_deleted_topic,
        [&](const mortise::Event& event) { told.emplace_back(event.payload.at("userId").as_string()); });
    site.people().remove(ann.user_id);
    CHECK(told == std::vector<std::string>{ann.user_id});
    CHECK(site.me(ann.access).status == 401);
    CHECK(site.refresh(ann.refresh).status == 401);
    CHECK(site.login("ann").status == 401);
    CHECK(site.register_as("ann").status == 201);
}

TEST_CASE("a change that names nobody is not found") {
    Site site;
    CHECK(refusal_of([&] { site.people().set_role("nobody", "admin"); }) == "not_found");
    CHECK(refusal_of([&] { site.people().set_password("nobody", "password123"); }) == "not_found");
    CHECK(refusal_of([&] { site.people().ban("nobody"); }) == "not_found");
    CHECK(refusal_of([&] { site.people().unban("nobody"); }) == "not_found");
    CHECK(refusal_of([&] { site.people().remove("nobody"); }) == "not_found");
}
