// SPDX-License-Identifier: Apache-2.0
// What other plugins may ask about conversations.
#include <catch2/catch.hpp>

#include <algorithm>

#include <mortise/services/groups.h>

#include "site.h"

using namespace chat::test;
using mortise::Groups;

namespace {

using Ids = std::vector<std::string>;

Ids contacts_of(const Groups& groups, std::string_view user_id) {
    Ids ids = groups.contacts_of(user_id);
    std::sort(ids.begin(), ids.end());
    return ids;
}

}  // namespace

TEST_CASE("a conversation is found with its title and members") {
    Site site(EACH_BACKEND);
    const std::string pair = site.direct("ann", "ben");
    const std::string garden = site.group("ann", {"ben", "cay"});
    const Groups& groups = *site.host.find<Groups>();
    const auto direct = groups.find(pair);
    REQUIRE(direct);
    CHECK(direct->id == pair);
    CHECK_FALSE(direct->is_group);
    CHECK(direct->title.empty());
    CHECK(direct->members == Ids{"ann", "ben"});
    const auto group = groups.find(garden);
    REQUIRE(group);
    CHECK(group->is_group);
    CHECK(group->title == "Garden");
    CHECK(group->members == Ids{"ann", "ben", "cay"});
    CHECK_FALSE(groups.find("nothing"));
}

TEST_CASE("who has left a group is no member of it and no contact by it") {
    Site site(EACH_BACKEND);
    const std::string garden = site.group("ann", {"ben", "cay"});
    const Groups& groups = *site.host.find<Groups>();
    CHECK(groups.is_member(garden, "cay"));
    CHECK_FALSE(groups.is_member(garden, "dan"));
    CHECK_FALSE(groups.is_member("nothing", "ann"));
    REQUIRE(site.host.post("/api/v1/chats/" + garden + "/leave").as("cay").send().status == 204);
    CHECK_FALSE(groups.is_member(garden, "cay"));
    CHECK_FALSE(groups.are_contacts("ann", "cay"));
    CHECK(groups.are_contacts("ann", "ben"));
}

TEST_CASE("contacts share a conversation, each counted once, and neither has blocked the other") {
    Site site(EACH_BACKEND);
    site.direct("ann", "ben");
    site.group("ann", {"ben", "cay", "dan"});
    site.direct("ben", "eve");
    site.block("ann", "cay");
    site.block("dan", "ann");
    const Groups& groups = *site.host.find<Groups>();
    CHECK(contacts_of(groups, "ann") == Ids{"ben"});
    CHECK(contacts_of(groups, "ben") == Ids{"ann", "cay", "dan", "eve"});
    CHECK(groups.contacts_of("nobody").empty());
    CHECK(groups.are_contacts("ben", "ann"));
    CHECK_FALSE(groups.are_contacts("ann", "cay"));
    CHECK_FALSE(groups.are_contacts("cay", "ann"));
    CHECK_FALSE(groups.are_contacts("ann", "eve"));
    CHECK_FALSE(groups.are_contacts("ann", "ann"));
    CHECK(groups.is_blocked("ann", "cay"));
    CHECK_FALSE(groups.is_blocked("cay", "ann"));
}

TEST_CASE("of very many contacts some are told, and all of them are known") {
    Site site("sqlite", "group_members: 2000");
    Ids crowd;
    for (int number = 0; number < 1100; ++number) crowd.push_back("p" + std::to_string(number));
    site.group("ann", crowd);
    const Groups& groups = *site.host.find<Groups>();
    CHECK(groups.contacts_of("ann").size() == Groups::most_contacts);
    CHECK(std::ranges::all_of(crowd, [&](const auto& id) { return groups.are_contacts("ann", id); }));
}
