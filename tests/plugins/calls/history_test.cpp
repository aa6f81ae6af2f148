// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <catch2/catch.hpp>

#include <mortise/services/database.h>
#include <mortise/services/events.h>
#include <mortise/services/people.h>

#include "groups.h"

using namespace calls::test;
using namespace std::chrono_literals;
using mortise::testing::TestResponse;

namespace {

Json list_of(Site& site, const std::string& user, const std::string& query = {}) {
    const TestResponse answer = site.host.get("/api/v1/calls" + query).as(user).send();
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return answer.json();
}

Json stats_of(Site& site, const std::string& user) {
    return site.host.get("/api/v1/calls/stats").as(user).send().json();
}

// A call of ann's to ben that lasted so long.
void talk(Site& site, const std::string& id, std::chrono::seconds time) {
    auto ann = site.connect("ann"), ben = site.connect("ben");
    call(ann, "ben", id);
    answer(ben, id);
    site.host.clock().advance(time);
    ann.emit("call:end", {{"callId", id}});
    site.host.clock().advance(1min);
}

// One after the other: answered (30 s), rejected, cancelled, missed.
void have_four_calls(Site& site) {
    talk(site, "c-1", 30s);
    auto ann = site.connect("ann"), ben = site.connect("ben");
    call(ann, "ben", "c-2");
    ben.emit("call:reject", {{"callId", "c-2"}, {"reason", "Later"}});
    site.host.clock().advance(1min);
    call(ben, "ann", "c-3");
    ben.emit("call:end", {{"callId", "c-3"}});
    site.host.clock().advance(1min);
    call(ann, "ben", "c-4");
    site.pass(61s);
}

// So many calls at three moments, as they would stand there.
void write_history(Site& site, const std::string& user, int calls) {
    site.host.database().write([&](mortise::Transaction& tx) {
        for (int number = 0; number < calls; ++number) {
            const std::string id = "log-" + std::to_string(1000 + number);
            tx.execute(
                "INSERT INTO calls_log (id, user_id, call_id, kind, call_type, direction, peer_id, status, "
                "started_at, ended_at, duration) VALUES (?, ?, ?, 'direct', 'audio', 'incoming', 'x', "
                "'missed', ?, ?, 0)",
                id, user, id, number % 3, number % 3);
        }
    });
}

}  // namespace

TEST_CASE("history shows both their calls, newest first, each from their own side") {
    Site site(EACH_BACKEND);
    have_four_calls(site);
    const Json anns = list_of(site, "ann"), bens = list_of(site, "ben");
    CHECK(each(anns.at("data"), "callId") == "c-4 c-3 c-2 c-1");
    CHECK(each(anns.at("data"), "status") == "missed cancelled rejected answered");
    CHECK(each(anns.at("data"), "direction") == "outgoing incoming outgoing outgoing");
    CHECK(each(bens.at("data"), "direction") == "incoming outgoing incoming incoming");
    CHECK(each(bens.at("data"), "peerId") == "ann ann ann ann");
    CHECK(anns.at("hasMore") == false);
    CHECK(anns.at("nextCursor").is_null());
    const Json& answered = anns.at("data").at(3);
    CHECK(answered.at("kind") == "direct");
    CHECK(answered.at("callType") == "video");
    CHECK(answered.at("duration") == 30);
    CHECK(answered.at("startedAt") == "2030-01-01T12:00:00.000Z");
    CHECK(answered.at("endedAt") == "2030-01-01T12:00:30.000Z");
    CHECK(answered.at("groupId").is_null());
    CHECK(anns.at("data").at(2).at("reason") == "Later");
    CHECK(list_of(site, "cay").at("data").as_array().empty());
}

TEST_CASE("history is filtered") {
    GroupSite site(EACH_BACKEND);
    have_four_calls(site);
    auto ann = site.connect("ann");
    join(ann, "r-1");
    ann.emit("groupcall:leave", {{"roomId", "r-1"}});
    const auto ids = [&](const std::string& query) {
        return each(list_of(site, "ann", query).at("data"), "callId");
    };
    CHECK(ids("?status=missed") == "c-4");
    CHECK(ids("?status=answered") == "r-1 c-1");
    CHECK(ids("?direction=incoming") == "c-3");
    CHECK(ids("?kind=group") == "r-1");
    CHECK(ids("?kind=direct&callType=video&direction=outgoing&status=rejected") == "c-2");
    CHECK(ids("?callType=audio").empty());
    for (const char* query : {"?status=lost", "?kind=x", "?direction=up", "?callType=fax", "?limit=101",
                              "?cursor=x", "?page=0", "?page=1&cursor=x"}) {
        INFO(query);
        CHECK(site.host.get(std::string("/api/v1/calls") + query).as("ann").send().status == 422);
    }
}

TEST_CASE("cursors walk through all of history once, also where many calls began at one moment") {
    Site site(EACH_BACKEND);
    write_history(site, "ann", 25);
    talk(site, "c-1", 1s);  // ben's too: not among hers twice
    std::set<std::string> seen;
    std::string query = "?limit=7";
    std::string last_start = "9";
    for (;;) {
        const Json page = list_of(site, "ann", query);
        for (const Json& record : page.at("data").as_array()) {
            CHECK(seen.insert(text_of(record.at("id"))).second);
            CHECK(text_of(record.at("startedAt")) <= last_start);
            last_start = text_of(record.at("startedAt"));
        }
        if (page.at("hasMore") == false) break;
        query = "?limit=7&cursor=" + text_of(page.at("nextCursor"));
    }
    CHECK(seen.size() == 26);
}

TEST_CASE("page numbers count what there is") {
    Site site(EACH_BACKEND);
    write_history(site, "ann", 25);
    const Json page = list_of(site, "ann", "?page=3&limit=10&status=missed");
    CHECK(page.at("data").as_array().size() == 5);
    CHECK(page.at("pagination") ==
          Json{{"page", 3}, {"limit", 10}, {"total", 25}, {"totalPages", 3}, {"hasMore", false}});
    CHECK(list_of(site, "ann", "?page=1&status=answered").at("pagination").at("total") == 0);
}

TEST_CASE("one's calls in figures") {
    Site site(EACH_BACKEND);
    CHECK(stats_of(site, "ann") == Json{{"total", 0},
                                        {"answered", 0},
                                        {"missed", 0},
                                        {"rejected", 0},
                                        {"cancelled", 0},
                                        {"incoming", 0},
                                        {"outgoing", 0},
                                        {"totalDuration", 0},
                                        {"averageDuration", 0}});
    have_four_calls(site);
    talk(site, "c-5", 61s);
    const Json stats = stats_of(site, "ann");
    CHECK(stats.at("total") == 5);
    CHECK(stats.at("answered") == 2);
    CHECK(stats.at("missed") == 1);
    CHECK(stats.at("rejected") == 1);
    CHECK(stats.at("cancelled") == 1);
    CHECK(stats.at("incoming") == 1);
    CHECK(stats.at("outgoing") == 4);
    CHECK(stats.at("totalDuration") == 91);
    CHECK(stats.at("averageDuration") == 45.5);
    CHECK(stats_of(site, "cay").at("total") == 0);
}

TEST_CASE("one reads and deletes one's own record, and nobody else's") {
    Site site(EACH_BACKEND);
    talk(site, "c-1", 30s);
    const std::string path = "/api/v1/calls/" + text_of(list_of(site, "ann").at("data").at(0).at("id"));
    CHECK(site.host.get(path).as("ann").send().json().at("callId") == "c-1");
    CHECK(site.host.get(path).as("ben").send().status == 404);
    CHECK(site.host.del(path).as("ben").send().status == 404);
    CHECK(site.host.del(path).as("ann").send().status == 204);
    CHECK(site.host.get(path).as("ann").send().status == 404);
    CHECK(site.host.del(path).as("ann").send().status == 404);
    CHECK(list_of(site, "ben").at("data").as_array().size() == 1);
}

TEST_CASE("nobody reads history without signing in") {
    Site site("sqlite");
    for (const char* path : {"", "/stats", "/some-id", "/ice-servers"})
        CHECK(site.host.get("/api/v1/calls" + std::string(path)).send().status == 401);
    CHECK(site.host.del("/api/v1/calls/some-id").send().status == 401);
}

TEST_CASE("the history of somebody deleted goes, the others' stays") {
    Site site(EACH_BACKEND);
    write_history(site, "ann", 1200);  // more than one step
    talk(site, "c-1", 30s);
    auto ben = site.connect("ben");
    call(ben, "ann", "c-2");  // still rings
    site.host.events().publish(mortise::person_deleted_topic, JsonObject{{"userId", "ann"}});
    site.host.run_jobs();
    CHECK(list_of(site, "ann").at("data").as_array().empty());
    CHECK(list_of(site, "ben").at("data").as_array().size() == 1);
    site.pass(61s);  // it has rung out: into her history too
    CHECK(list_of(site, "ben").at("data").as_array().size() == 2);
    site.pass(60s);
    CHECK(list_of(site, "ann").at("data").as_array().empty());
    CHECK(site.rows("calls_notices") == 0);
}
