// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <crypt.h>

#include <mortise/error.h>

#include <atomic>
#include <future>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "plugins/auth/password_hash.h"
#include "plugins/auth/password_hasher.h"
#include "plugins/auth/waiting_pool.h"

using auth::HashCost;
using auth::PasswordHasher;
using auth::WaitingPool;

namespace {

const HashCost cheap{8 * 1024 * 1024, 1};

std::string bcrypt_of(const std::string& kind, const std::string& password) {
    const std::string setting = kind + "04$abcdefghijklmnopqrstuu";
    crypt_data data{};
    return ::crypt_r(password.c_str(), setting.c_str(), &data);
}

}  // namespace

TEST_CASE("a hash is Argon2id of the cost asked for, salted, and matches its own password only") {
    const std::string hash = auth::hash_password("password123", cheap);
    CHECK(hash.starts_with("$argon2id$v=19$m=8192,t=1,p=1$"));
    CHECK(hash != auth::hash_password("password123", cheap));
    CHECK(auth::matches_password("password123", hash));
    CHECK_FALSE(auth::matches_password("password124", hash));
    CHECK_FALSE(auth::matches_password("", hash));
    CHECK_FALSE(auth::matches_password(std::string("password123\0", 12), hash));
    CHECK_FALSE(auth::is_outdated(hash, cheap));
    CHECK(auth::is_outdated(hash, HashCost{}));
}

TEST_CASE("passwords count to their last byte, NUL included") {
    const std::string first = std::string("same\0first", 10), second = std::string("same\0other", 10);
    CHECK_FALSE(auth::matches_password(second, auth::hash_password(first, cheap)));
    const std::string long_one(1024, 'x');
    CHECK_FALSE(auth::matches_password(long_one.substr(1), auth::hash_password(long_one, cheap)));
}

TEST_CASE("bcrypt hashes of other systems are accepted, and are outdated") {
    const char* kind = GENERATE("$2a$", "$2b$", "$2y$");
    const std::string hash = bcrypt_of(kind, "password123");
    REQUIRE(hash.size() == 60);
    CHECK(auth::matches_password("password123", hash));
    CHECK_FALSE(auth::matches_password("password124", hash));
    CHECK_FALSE(auth::matches_password(std::string("password123\0more", 16), hash));
    CHECK(auth::is_outdated(hash, cheap));
}

TEST_CASE("a stored hash that is none, or too dear, matches nothing and costs nothing") {
    const std::string good = auth::hash_password("password123", cheap);
    const std::string tail = good.substr(good.find("p=1$"));
    for (const std::string& stored : {
             std::string(),
             std::string("password123"),
             std::string("*0"),
             std::string("$1$salt$hash"),
             std::string("$argon2id$v=19$m=4294967295,t=2,") + tail,
             std::string("$argon2id$v=19$m=262145,t=1,") + tail,
             std::string("$argon2id$v=19$m=262144,t=5,") + tail,
             std::string("$argon2id$v=19$m=8192,t=4294967295,") + tail,
             std::string("$argon2id$v=19$m=8192,t=99999999999999999999999,") + tail,
             std::string("$argon2id$v=19$m=-1,t=1,") + tail,
             std::string("$argon2id$v=19$m=8192,t=1,p=64$") + tail.substr(4),
             std::string("$argon2i$v=19$m=8192,t=1,") + tail,
             good + std::string(100, 'A'),
             bcrypt_of("$2b$", "password123").replace(4, 2, "31"),
             bcrypt_of("$2b$", "password123").replace(0, 4, "$2x$"),
             std::string("$2b$04$short"),
         }) {
        INFO(stored);
        CHECK_FALSE(auth::matches_password("password123", stored));
        CHECK(auth::is_outdated(stored, cheap));
    }
}

TEST_CASE("checking nobody's password takes a hash, and never matches") {
    PasswordHasher hasher(cheap, 1, 8);
    hasher.start();
    CHECK_FALSE(hasher.check("password123", std::nullopt, PasswordHasher::no_deadline).matches);
    const std::string hash = hasher.hash("password123", PasswordHasher::no_deadline);
    const auto checked = hasher.check("password123", hash, PasswordHasher::no_deadline);
    CHECK(checked.matches);
    CHECK_FALSE(checked.renewed);
}

TEST_CASE("an outdated hash is made anew for the right password only") {
    PasswordHasher hasher(cheap, 1, 8);
    hasher.start();
    const std::string old = bcrypt_of("$2b$", "password123");
    CHECK_FALSE(hasher.check("password124", old, PasswordHasher::no_deadline).renewed);
    const auto checked = hasher.check("password123", old, PasswordHasher::no_deadline);
    REQUIRE(checked.renewed);
    CHECK(auth::matches_password("password123", *checked.renewed));
    CHECK_FALSE(auth::is_outdated(*checked.renewed, cheap));
}

TEST_CASE("who finds the queue full is sent away at once, with a time to come back") {
    WaitingPool pool(1, 2);
    pool.start();
    std::latch begun(1);
    std::promise<void> gate;
    const auto opened = gate.get_future().share();
    std::vector<std::thread> people;
    people.emplace_back([&] {
        pool.run(
            [&] {
                begun.count_down();
                opened.wait();
            },
            WaitingPool::Deadline::max());
    });
    begun.wait();
    std::atomic<int> served{0};
    for (int person = 0; person < 2; ++person)
        people.emplace_back([&] { pool.run([&] { ++served; }, WaitingPool::Deadline::max()); });
    while (pool.waiting() < 2) std::this_thread::yield();

    try {
        pool.run([&] { ++served; }, WaitingPool::Deadline::max());
        FAIL("there was room");
    } catch (const mortise::Error& refused) {
        CHECK(refused.code() == mortise::Code::unavailable);
        CHECK(refused.retry_after());
    }
    gate.set_value();
    for (std::thread& person : people) person.join();
    CHECK(served == 2);
}

TEST_CASE("work whose deadline passes before it begins is not done") {
    WaitingPool pool(1, 2);
    pool.start();
    std::latch begun(1);
    std::promise<void> gate;
    std::thread first([&] {
        pool.run(
            [&] {
                begun.count_down();
                gate.get_future().wait();
            },
            WaitingPool::Deadline::max());
    });
    begun.wait();
    bool done = false;
    CHECK_THROWS_AS(pool.run([&] { done = true; }, std::chrono::steady_clock::now()), mortise::Error);
    CHECK(pool.waiting() == 0);
    gate.set_value();
    first.join();
    CHECK_FALSE(done);
}

TEST_CASE("what the work throws comes out, and the pool goes on") {
    WaitingPool pool(1, 2);
    pool.start();
    CHECK_THROWS_AS(pool.run([] { throw std::bad_alloc(); }, WaitingPool::Deadline::max()), std::bad_alloc);
    int done = 0;
    pool.run([&] { ++done; }, WaitingPool::Deadline::max());
    CHECK(done == 1);
    pool.stop();
    CHECK_THROWS_AS(pool.run([&] { ++done; }, WaitingPool::Deadline::max()), mortise::Error);
}
