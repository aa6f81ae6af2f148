// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/services/database.h>
#include <mortise/services/events.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "site.h"

using namespace std::chrono_literals;
using auth::test::code_of;
using auth::test::Site;

namespace {

// Every session told of on session.ended.
class EndedSessions {
public:
    explicit EndedSessions(Site& site)
        : subscription_(
              site.host.events().subscribe(mortise::session_ended_topic, [this](const mortise::Event& event) {
                  const std::lock_guard lock(mutex_);
                  ids_.emplace_back(event.payload.at("sessionId").as_string());
                  users_.emplace_back(event.payload.at("userId").as_string());
                  told_.notify_all();
              })) {}

    std::size_t count() const {
        const std::lock_guard lock(mutex_);
        return ids_.size();
    }
    std::vector<std::string> users() const {
        const std::lock_guard lock(mutex_);
        return users_;
    }
    std::string wait_for_one() {
        std::unique_lock lock(mutex_);
        told_.wait(lock, [this] { return !users_.empty(); });
        return users_.front();
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable told_;
    std::vector<std::string> ids_, users_;
    mortise::Subscription subscription_;
};

mortise::JsonArray sessions(Site& site, const std::string& access) {
    return site.host.get("/api/v1/auth/sessions").bearer(access).send().json().at("data").as_array();
}

}  // namespace

TEST_CASE("a refresh token gives new tokens, and the next one in its turn") {
    Site site;
    auto tokens = site.sign_up("ann");
    for (int round = 0; round < 3; ++round) {
        site.host.clock().advance(15min);
        CHECK(site.me(tokens.access).status == 401);
        const auto answer = site.refresh(tokens.refresh);
        REQUIRE(answer.status == 200);
        CHECK(answer.json().at("user").at("username") == "ann");
        const auto next = Site::tokens_of(answer);
        CHECK(next.refresh != tokens.refresh);
        tokens = next;
        CHECK(site.me(tokens.access).status == 200);
    }
}

TEST_CASE("two refreshes within 20 seconds get the same successor") {
    Site site;
    const auto ann = site.sign_up("ann");
    const auto first = site.refresh(ann.refresh);
    site.host.clock().advance(20s);
    const auto second = site.refresh(ann.refresh);
    REQUIRE(first.status == 200);
    REQUIRE(second.status == 200);
    CHECK(Site::tokens_of(first).refresh == Site::tokens_of(second).refresh);
    CHECK(site.me(Site::tokens_of(first).access).status == 200);
    CHECK(site.me(Site::tokens_of(second).access).status == 200);
}

TEST_CASE("many tabs that refresh at the same moment all get the same successor") {
    Site site;
    const auto ann = site.sign_up("ann");
    std::vector<std::string> successors(8);
    std::vector<std::thread> tabs;
    for (std::string& successor : successors)
        tabs.emplace_back([&] {
            const auto answer = site.refresh(ann.refresh);
            if (answer.status == 200) successor = Site::tokens_of(answer).refresh;
        });
    for (std::thread& tab : tabs) tab.join();
    CHECK(std::set<std::string>(successors.begin(), successors.end()).size() == 1);
    CHECK_FALSE(successors.front().empty());
}

TEST_CASE("a refresh token used again later ends its session, for the thief and for the owner") {
    Site site;
    const auto ann = site.sign_up("ann");
    EndedSessions ended(site);
    const auto owner = Site::tokens_of(site.refresh(ann.refresh));
    site.host.clock().advance(20s + 1ms);
    const auto reuse = site.refresh(ann.refresh);
    CHECK(reuse.status == 401);
    CHECK(code_of(reuse) == "invalid_refresh_token");
    CHECK(ended.users() == std::vector<std::string>{ann.user_id});
    CHECK(site.me(owner.access).status == 401);
    CHECK(site.refresh(owner.refresh).status == 401);
    CHECK(ended.count() == 1);
}

TEST_CASE("a token from far back in the chain is known for one, and a forged one harms nobody") {
    Site site;
    const auto ann = site.sign_up("ann");
    auto newest = ann;
    for (int round = 0; round < 5; ++round) newest = Site::tokens_of(site.refresh(newest.refresh));
    EndedSessions ended(site);
    std::string forged = ann.refresh;
    forged[forged.size() - 3] = forged[forged.size() - 3] == 'A' ? 'B' : 'A';
    CHECK(site.refresh(forged).status == 401);
    CHECK(ended.count() == 0);
    CHECK(site.me(newest.access).status == 200);
    CHECK(site.refresh(ann.refresh).status == 401);
    CHECK(ended.count() == 1);
    CHECK(site.me(newest.access).status == 401);
}

TEST_CASE("what is no refresh token is refused like a used one") {
    Site site;
    const auto ann = site.sign_up("ann");
    CHECK(site.refresh("nonsense").status == 401);
    CHECK(site.refresh(ann.access).status == 401);
    CHECK(site.refresh(std::string(70, 'A')).status == 401);
    CHECK(site.host.post("/api/v1/auth/refresh").json(mortise::JsonObject{}).send().status == 401);
    CHECK(site.host.post("/api/v1/auth/refresh").json({{"refreshToken", 7}}).send().status == 422);
    CHECK(site.host.post("/api/v1/auth/refresh").body("{", "application/json").send().status == 400);
    CHECK(site.me(ann.refresh).status == 401);
}

TEST_CASE("a session that is not used for its lifetime ends") {
    Site site("refresh_token: { lifetime: 1h }\n");
    const auto ann = site.sign_up("ann");
    site.host.clock().advance(1h - 1s);
    const auto next = Site::tokens_of(site.refresh(ann.refresh));
    site.host.clock().advance(1h);
    CHECK(site.refresh(next.refresh).status == 401);
}

TEST_CASE("the database holds no token and no password") {
    Site site;
    const auto ann = Site::tokens_of(site.refresh(site.sign_up("ann").refresh));
    std::string everything;
    for (const char* table : {"auth_accounts", "auth_sessions", "auth_password_resets"})
        for (const mortise::Row& row : site.host.database().query("SELECT * FROM " + std::string(table)))
            for (std::size_t place = 0; place < row.columns().names().size(); ++place)
                if (row.value(place).type() == mortise::Value::Type::text) everything += row.text(place);
    CHECK(everything.find("ann@example.org") != std::string::npos);
    CHECK(everything.find(ann.refresh) == std::string::npos);
    CHECK(everything.find(ann.access) == std::string::npos);
    CHECK(everything.find("password123") == std::string::npos);
}

TEST_CASE("after logging out both tokens are refused at once, and listeners are told whose session ended") {
    Site site;
    const auto ann = site.sign_up("ann");
    const auto phone = site.sign_in("ann");
    EndedSessions ended(site);
    const auto answer = site.host.post("/api/v1/auth/logout").bearer(ann.access).send();
    CHECK(answer.status == 204);
    CHECK(answer.body.empty());
    CHECK(site.me(ann.access).status == 401);
    CHECK(site.refresh(ann.refresh).status == 401);
    CHECK(site.host.post("/api/v1/auth/logout").bearer(ann.access).send().status == 401);
    CHECK(ended.count() == 1);
    CHECK(ended.users() == std::vector<std::string>{ann.user_id});
    CHECK(site.me(phone.access).status == 200);
}

TEST_CASE("logging out everywhere ends every session of this account, and no other's") {
    Site site;
    const auto ann = site.sign_up("ann");
    const auto phone = site.sign_in("ann");
    const auto bob = site.sign_up("bob");
    EndedSessions ended(site);
    CHECK(site.host.post("/api/v1/auth/logout-all").bearer(ann.access).send().status == 204);
    CHECK(ended.count() == 2);
    for (const auto& tokens : {ann, phone}) {
        CHECK(site.me(tokens.access).status == 401);
        CHECK(site.refresh(tokens.refresh).status == 401);
    }
    CHECK(site.me(bob.access).status == 200);
}

TEST_CASE(
    "a session that ended where no event tells of it is refused soon, and its listeners are told here") {
    Site site("watch: 100ms\n");
    const auto ann = site.sign_up("ann");
    EndedSessions ended(site);
    // As a command beside the server, or another node without a shared store, writes it.
    site.host.database().execute("UPDATE auth_sessions SET ended_at = ?", site.host.clock().now());
    while (site.me(ann.access).status == 200) std::this_thread::yield();
    CHECK(site.me(ann.access).status == 401);
    CHECK(ended.wait_for_one() == ann.user_id);
}

TEST_CASE("an ended session that another node tells of is refused at once") {
    Site site;
    const auto ann = site.sign_up("ann");
    const auto id = sessions(site, ann.access)[0].at("id");
    site.host.events().publish(
        mortise::session_ended_topic,
        mortise::JsonObject{
            {"userId", ann.user_id}, {"sessionId", id}, {"until", "2030-01-01T12:15:00.000Z"}});
    CHECK(site.me(ann.access).status == 401);
}

TEST_CASE("sessions are listed, the current one marked, and others ended one by one") {
    Site site;
    const auto ann = site.sign_up("ann");
    site.host.clock().advance(1s);
    const auto answer = site.host.post("/api/v1/auth/login")
                            .json({{"email", "ann"}, {"password", "password123"}})
                            .header("User-Agent", "Phone/1.0 \x7f<script>")
                            .from("192.0.2.7")
                            .send();
    const auto phone = Site::tokens_of(answer);
    const auto listed = sessions(site, ann.access);
    REQUIRE(listed.size() == 2);
    CHECK(listed[0].at("address") == "192.0.2.7");
    CHECK(listed[0].at("userAgent") == "Phone/1.0 ?<script>");
    CHECK(listed[0].at("current") == false);
    CHECK(listed[1].at("current") == true);
    CHECK(mortise::to_text(listed).find("ash") == std::string::npos);  // refreshHash

    const std::string other = "/api/v1/auth/sessions/" + std::string(listed[0].at("id").as_string());
    const auto bob = site.sign_up("bob");
    CHECK(site.host.del(other).bearer(bob.access).send().status == 404);
    CHECK(site.me(phone.access).status == 200);
    CHECK(site.host.del(other).bearer(ann.access).send().status == 204);
    CHECK(site.me(phone.access).status == 401);
    CHECK(site.host.del(other).bearer(ann.access).send().status == 404);
    CHECK(site.host.del("/api/v1/auth/sessions/nonsense").bearer(ann.access).send().status == 404);
    CHECK(sessions(site, ann.access).size() == 1);
}

TEST_CASE("one session more than an account may have ends the one unused for longest") {
    Site site("sessions: 2\n");
    const auto first = site.sign_up("ann");
    site.host.clock().advance(1s);
    const auto second = site.sign_in("ann");
    site.host.clock().advance(1s);
    const auto used = Site::tokens_of(site.refresh(first.refresh));
    site.host.clock().advance(1s);
    const auto third = site.sign_in("ann");
    CHECK(site.me(second.access).status == 401);
    CHECK(site.me(used.access).status == 200);
    CHECK(site.me(third.access).status == 200);
}

TEST_CASE("routes that need a user refuse every token that is not good") {
    Site site;
    const auto ann = site.sign_up("ann");
    CHECK(site.host.get("/api/v1/auth/me").send().status == 401);
    CHECK(site.me("").status == 401);
    CHECK(site.me("a.b.c").status == 401);
    CHECK(site.me(ann.access + "A").status == 401);
    CHECK(site.host.get("/api/v1/auth/me").header("Authorization", "Basic " + ann.access).send().status ==
          401);
    CHECK(site.host.get("/api/v1/auth/me").header("Authorization", "bearer " + ann.access).send().status ==
          200);
    site.host.clock().advance(15min);
    CHECK(site.me(ann.access).status == 401);
    for (const char* path : {"/api/v1/auth/logout", "/api/v1/auth/logout-all"})
        CHECK(site.host.post(path).send().status == 401);
    CHECK(site.host.get("/api/v1/auth/sessions").send().status == 401);
}

TEST_CASE("a public route ignores a token that is not good") {
    Site site;
    const auto answer = site.host.get("/.well-known/jwks.json").bearer("nonsense").send();
    CHECK(answer.status == 200);
    const auto keys = answer.json().at("keys").as_array();
    REQUIRE(keys.size() == 1);
    CHECK(keys[0].at("kty") == "EC");
    CHECK_FALSE(keys[0].as_object().contains("d"));
}

TEST_CASE("what has been over for long is cleaned away") {
    Site site("refresh_token: { lifetime: 1h }\n");
    const auto ann = site.sign_up("ann");
    const auto phone = site.sign_in("ann");
    site.host.post("/api/v1/auth/logout").bearer(phone.access).send();
    site.host.run_jobs();
    const auto count = [&] {
        return site.host.database().one("SELECT COUNT(*) FROM auth_sessions")->integer(0);
    };
    CHECK(count() == 2);
    site.host.clock().advance(2h);
    site.host.run_jobs();
    CHECK(count() == 0);
}
