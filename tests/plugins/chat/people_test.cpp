// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <algorithm>
#include <stdexcept>

#include <mortise/services/database.h>
#include <mortise/services/events.h>
#include <mortise/services/people.h>

#include "site.h"

using namespace chat::test;

namespace {

// A directory that knows two people.
class TwoPeople final : public mortise::People {
public:
    mortise::Person create(const mortise::NewPerson&) override { throw std::logic_error("not here"); }
    void set_role(std::string_view, std::string_view) override {}
    void set_password(std::string_view, std::string_view) override {}
    void ban(std::string_view) override {}
    void unban(std::string_view) override {}
    void remove(std::string_view) override {}
    std::optional<mortise::Person> find(std::string_view id) const override {
        if (id != "ann" && id != "ben") return std::nullopt;
        mortise::Person person;
        person.id = id;
        return person;
    }
    std::optional<mortise::Person> find_by_login(std::string_view login) const override {
        return find(login);
    }
    std::vector<mortise::Person> find_many(const std::vector<std::string>& ids) const override {
        std::vector<mortise::Person> found;
        for (const std::string& id : ids)
            if (auto person = find(id)) found.push_back(std::move(*person));
        return found;
    }
    mortise::PeoplePage search(std::string_view, int, std::optional<std::string_view>) const override {
        return {};
    }
};

}  // namespace

TEST_CASE("where there is a directory of people, nobody writes to an id that nobody has") {
    TwoPeople people;
    Site site("sqlite");
    site.host.provide<mortise::People>(people);
    CHECK(site.open("ann", "ben").status == 201);
    CHECK(faults_of(site.open("ann", "cay")) == "/memberIds/0");
    const auto group =
        site.host.post("/api/v1/chats")
            .as("ann")
            .json({{"type", "group"}, {"title", "x"}, {"memberIds", JsonArray{"ben", "cay", "dan"}}})
            .send();
    CHECK(faults_of(group) == "/memberIds/1 /memberIds/2");
    CHECK(site.block("ann", "cay").status == 404);
}

TEST_CASE("a deleted person leaves every conversation, their messages stay") {
    Site site(EACH_BACKEND);
    const std::string chat = site.direct("ann", "ben");
    const std::string group = site.group("ann", {"ben"});
    site.say("ann", chat, "remember me");
    site.say("ann", group, "all of you");
    site.block("ann", "cay");
    site.host.events().publish(mortise::person_deleted_topic, {{"userId", "ann"}});
    CHECK(site.host.run_jobs() == 1);
    CHECK(each(site.history("ben", chat).json().at("data"), "text") == "remember me");
    CHECK(each(site.history("ben", chat).json().at("data"), "senderId") == "ann");
    CHECK(code_of(site.say("ben", chat, "still there?")) == "recipient_gone");
    CHECK(site.history("ann", chat).status == 404);
    const Json left = site.info("ben", group).json();
    CHECK(each(left.at("members"), "userId") == "ben");
    CHECK(each(left.at("members"), "role") == "admin");
    CHECK(each(site.info("ben", chat).json().at("members"), "role") == "member");
    CHECK(site.say("ben", group, "anybody?").status == 201);
    CHECK(site.host.database().query("SELECT 1 FROM chat_blocks").empty());
}
