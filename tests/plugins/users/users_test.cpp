// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <optional>

#include <mortise/error.h>
#include <mortise/services/people.h>
#include <mortise/testing/test_host.h>

using mortise::Json;
using mortise::Person;
using mortise::testing::TestHost;

namespace {

// A directory of two people and an admin, without passwords and sessions.
class FakePeople final : public mortise::People {
public:
    FakePeople() {
        for (const char* name : {"ann", "ben", "root"}) {
            Person person;
            person.id = name;
            person.username = name;
            person.email = std::string(name) + "@example.org";
            person.role = person.id == "root" ? "admin" : "user";
            people_.push_back(person);
        }
    }

    Person create(const mortise::NewPerson&) override { throw std::logic_error("not here"); }
    void set_role(std::string_view id, std::string_view role) override { require(id).role = role; }
    void set_password(std::string_view, std::string_view) override {}
    void ban(std::string_view id) override { require(id).banned_at = mortise::Time{}; }
    void unban(std::string_view id) override { require(id).banned_at.reset(); }
    void remove(std::string_view id) override {
        require(id);
        std::erase_if(people_, [&](const Person& person) { return person.id == id; });
    }
    std::optional<Person> find(std::string_view id) const override {
        for (const Person& person : people_)
            if (person.id == id) return person;
        return std::nullopt;
    }
    std::optional<Person> find_by_login(std::string_view login) const override { return find(login); }
    std::vector<Person> find_many(const std::vector<std::string>& ids) const override {
        std::vector<Person> found;
        for (const std::string& id : ids)
            if (auto person = find(id)) found.push_back(*person);
        return found;
    }
    mortise::PeoplePage search(std::string_view text, int limit,
                               std::optional<std::string_view> cursor) const override {
        mortise::PeoplePage page;
        for (const Person& person : people_) {
            if (person.username.find(text) == std::string::npos || (cursor && person.id <= *cursor)) continue;
            if (page.people.size() == static_cast<std::size_t>(limit)) {
                page.next_cursor = page.people.back().id;
                break;
            }
            page.people.push_back(person);
        }
        return page;
    }

private:
    Person& require(std::string_view id) {
        for (Person& person : people_)
            if (person.id == id) return person;
        throw mortise::Error(mortise::Code::not_found, "There is no such user.");
    }

    std::vector<Person> people_;
};

struct Users {
    FakePeople people;
    TestHost host{"users"};
    Users() { host.provide<mortise::People>(people); }
};

const std::string png = std::string("\x89PNG\r\n\x1A\n", 8) + "the rest does not matter";

}  // namespace

TEST_CASE("a public profile shows what everybody may know and nothing else") {
    Users users;
    const auto answer = users.host.get("/api/v1/users/ann").send();
    REQUIRE(answer.status == 200);
    const Json profile = answer.json();
    CHECK(profile.at("id") == "ann");
    CHECK(profile.at("username") == "ann");
    CHECK(profile.at("displayName").is_null());
    CHECK(profile.at("avatarUrl").is_null());
    CHECK_FALSE(profile.as_object().contains("email"));
    CHECK_FALSE(profile.as_object().contains("role"));
    CHECK(users.host.get("/api/v1/users/nobody").send().status == 404);
}

TEST_CASE("one's own profile is changed in parts; null empties a part") {
    Users users;
    const auto changed = users.host.patch("/api/v1/users/me")
                             .as("ann")
                             .json({{"displayName", "Ann B."}, {"bio", "Paints."}})
                             .send();
    REQUIRE(changed.status == 200);
    CHECK(changed.json().at("displayName") == "Ann B.");
    CHECK(changed.json().at("email") == "ann@example.org");
    CHECK(users.host.patch("/api/v1/users/me")
              .as("ann")
              .json({{"bio", nullptr}})
              .send()
              .json()
              .at("bio")
              .is_null());
    CHECK(users.host.get("/api/v1/users/ann").send().json().at("displayName") == "Ann B.");
    CHECK(users.host.purged() == std::vector<std::string>{"user:ann", "user:ann"});
    CHECK(users.host.patch("/api/v1/users/me").as("ann").json({{"displayName", ""}}).send().status == 422);
    CHECK(users.host.patch("/api/v1/users/me").json({{"bio", "x"}}).send().status == 401);
}

TEST_CASE("an avatar is taken by its first bytes, whatever its type claims to be") {
    Users users;
    const auto put = [&](const std::string& bytes) {
        return users.host.put("/api/v1/users/me/avatar").as("ann").body(bytes, "image/png").send();
    };
    CHECK(put("<svg onload=alert(1)>").status == 415);
    CHECK(put("").status == 415);
    const auto stored = put(png);
    REQUIRE(stored.status == 200);
    const std::string url(stored.json().at("avatarUrl").as_string());

    const auto shown = users.host.get(url).send();
    CHECK(shown.status == 200);
    CHECK(shown.header("content-type") == "image/png");
    CHECK(shown.body == png);
    CHECK(shown.header("cache-control") == "public, max-age=31536000, immutable");
    CHECK(users.host.get("/api/v1/users/ann/avatar").send().header("cache-control") == "public, no-cache");

    CHECK(put(png).json().at("avatarUrl").as_string() != url);
    CHECK(users.host.del("/api/v1/users/me/avatar").as("ann").send().status == 204);
    CHECK(users.host.get(url).send().status == 404);
}

TEST_CASE("an avatar larger than the option allows is refused") {
    FakePeople people;
    TestHost host("users", "avatar_size: 1KiB\n");
    host.provide<mortise::People>(people);
    const auto refused =
        host.put("/api/v1/users/me/avatar").as("ann").body(png + std::string(1024, 'x'), "image/png").send();
    CHECK(refused.status == 413);
}

TEST_CASE("people are found by a part of their username, the banned are not") {
    Users users;
    CHECK(users.host.get("/api/v1/users?search=an").as("ben").send().json().at("data").as_array().size() ==
          1);
    users.people.ban("ann");
    CHECK(users.host.get("/api/v1/users?search=an").as("ben").send().json().at("data").as_array().empty());
    CHECK(users.host.get("/api/v1/users/ann").send().status == 404);
    CHECK(users.host.get("/api/v1/users?search=an").send().status == 401);
    CHECK(users.host.get("/api/v1/users?search=").as("ben").send().status == 422);
}

TEST_CASE("people are found by a part of their display name too, nobody twice, page by page") {
    Users users;
    const auto name = [&](const std::string& id, const std::string& display_name) {
        users.host.patch("/api/v1/users/me").as(id).json({{"displayName", display_name}}).send();
    };
    name("ann", "Ann 100% Moss");
    name("ben", "Annabel");
    name("root", "The ANNOUNCER");
    const auto find = [&](std::string query) {
        std::string found;
        for (std::string cursor; found.size() < 40;) {
            const Json page = users.host.get("/api/v1/users?" + query + cursor).as("ben").send().json();
            for (const Json& profile : page.at("data").as_array())
                found += (found.empty() ? "" : " ") + std::string(profile.at("id").as_string());
            if (!page.at("hasMore").as_bool()) break;
            cursor = "&cursor=" + std::string(page.at("nextCursor").as_string());
        }
        return found;
    };
    CHECK(find("search=aNNab") == "ben");
    CHECK(find("search=ann") == "ann ben root");
    CHECK(find("search=ann&limit=1") == "ann ben root");
    CHECK(find("search=ann&limit=2") == "ann ben root");
    CHECK(find("search=0%25+m") == "ann");
    CHECK(find("search=%25") == "ann");
    CHECK(find("search=nobody").empty());
    CHECK(find("limit=2") == "ann ben root");
    CHECK(find("") == "ann ben root");
    users.people.ban("ben");
    CHECK(find("search=annabel").empty());
    const auto refused = users.host.get("/api/v1/users?search=a&cursor=1WzEsMV0").as("ben").send();
    CHECK(refused.status == 422);
    CHECK(users.host.get("/api/v1/users?page=1").as("ben").send().status == 422);
}

TEST_CASE("only an admin administers, and not against themselves") {
    Users users;
    TestHost& host = users.host;
    CHECK(host.get("/api/v1/admin/users").as("ann").send().status == 403);
    CHECK(host.get("/api/v1/admin/users").as("root", "admin").send().json().at("data").as_array().size() ==
          3);

    CHECK(host.patch("/api/v1/users/ann/role").as("ben").json({{"role", "admin"}}).send().status == 403);
    const auto promoted =
        host.patch("/api/v1/users/ann/role").as("root", "admin").json({{"role", "moderator"}}).send();
    CHECK(promoted.json().at("role") == "moderator");
    CHECK(host.patch("/api/v1/users/ann/role").as("root", "admin").json({{"role", "king"}}).send().status ==
          422);
    CHECK(host.patch("/api/v1/users/no/role").as("root", "admin").json({{"role", "user"}}).send().status ==
          404);

    CHECK_FALSE(
        host.post("/api/v1/users/ann/ban").as("root", "admin").send().json().at("bannedAt").is_null());
    CHECK(host.del("/api/v1/users/ann/ban").as("root", "admin").send().json().at("bannedAt").is_null());

    for (const char* own : {"/api/v1/users/root/ban"})
        CHECK(host.post(own).as("root", "admin").send().status == 409);
    CHECK(host.del("/api/v1/users/root").as("root", "admin").send().status == 409);
    CHECK(host.del("/api/v1/users/ben").as("root", "admin").send().status == 204);
    CHECK(host.get("/api/v1/users/ben").send().status == 404);
}
