// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "site.h"

using namespace chat::test;

TEST_CASE("a list shows the newest message and how many are unread") {
    Site site(EACH_BACKEND);
    const std::string chat = site.direct("ann", "ben");
    site.say("ann", chat, "one");
    site.say("ann", chat, "two");
    const Json of_ben = site.list("ben").json();
    REQUIRE(of_ben.at("data").as_array().size() == 1);
    const Json& summary = of_ben.at("data").at(0);
    CHECK(text_of(summary.at("id")) == chat);
    CHECK(summary.at("peerId") == "ann");
    CHECK(summary.at("memberCount") == 2);
    CHECK(summary.at("unreadCount") == 2);
    CHECK(summary.at("lastMessage").at("text") == "two");
    CHECK(summary.at("lastMessage").at("senderId") == "ann");
    CHECK(summary.at("lastMessage").at("seq") == 2);
    CHECK(site.list("ann").json().at("data").at(0).at("unreadCount") == 0);
    site.say("ben", chat, "three");  // who writes has read
    CHECK(site.list("ben").json().at("data").at(0).at("unreadCount") == 0);
    CHECK(site.list("ann").json().at("data").at(0).at("unreadCount") == 1);
}

TEST_CASE("a direct conversation shows up for the other one with its first message") {
    Site site(EACH_BACKEND);
    const std::string chat = site.direct("ann", "ben");
    CHECK(each(site.list("ann").json().at("data"), "id") == chat);
    CHECK(site.list("ann").json().at("data").at(0).at("lastMessage").is_null());
    CHECK(each(site.list("ben").json().at("data"), "id").empty());
    site.say("ann", chat, "hello");
    CHECK(each(site.list("ben").json().at("data"), "id") == chat);
}

TEST_CASE("the conversation with the newest message comes first, and pages walk through all of them") {
    Site site(EACH_BACKEND);
    std::string expected;
    for (int number = 0; number < 5; ++number) {
        const std::string chat = site.group("ann", {"ben"});
        expected = chat + (expected.empty() ? "" : " ") + expected;
        if (number % 2 == 0) site.host.clock().advance(std::chrono::seconds(1));  // some at the same time
    }
    std::string walked;
    std::string cursor;
    for (int pages = 0; pages < 10; ++pages) {
        const Json page = site.list("ann", "?limit=2" + cursor).json();
        walked += (walked.empty() ? "" : " ") + each(page.at("data"), "id");
        if (!page.at("hasMore").as_bool()) break;
        cursor = "&cursor=" + text_of(page.at("nextCursor"));
    }
    CHECK(walked == expected);
    const std::string oldest = expected.substr(expected.rfind(' ') + 1);
    site.host.clock().advance(std::chrono::seconds(1));
    site.say("ben", oldest, "up");
    CHECK(each(site.list("ann", "?limit=1").json().at("data"), "id") == oldest);

    const Json numbered = site.list("ann", "?page=2&limit=2").json();
    CHECK(numbered.at("data").as_array().size() == 2);
    CHECK(numbered.at("pagination") ==
          Json{{"page", 2}, {"limit", 2}, {"total", 5}, {"totalPages", 3}, {"hasMore", true}});
}

TEST_CASE("a list's query with values that are not allowed is refused") {
    Site site("sqlite");
    const auto query = GENERATE(as<std::string>{}, "?limit=0", "?limit=101", "?cursor=nonsense", "?page=0");
    CAPTURE(query);
    CHECK(site.list("ann", query).status == 422);
}
