// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include <mortise/testing/test_host.h>

#include "support/postgres.h"

/// The suite is run once for each: `Site site(EACH_BACKEND);`
#define EACH_BACKEND GENERATE(as<std::string>{}, "sqlite", "postgresql")

namespace calls::test {

using mortise::Json;
using mortise::JsonArray;
using mortise::JsonObject;
using mortise::testing::TestHost;
using mortise::testing::TestSocket;

/// A server with nothing but calls, and words for what its clients do.
class Site {
public:
    explicit Site(const std::string& backend, std::string options = {}) : host("calls", std::move(options)) {
        if (backend == "postgresql") host.on_database(mortise::test::Postgres::shared().fresh_database());
    }

    /// A socket that came with this session; the others share one.
    TestSocket connect(const std::string& user, const std::string& session);
    TestSocket connect(const std::string& user) { return host.connect(user); }

    /// Lets time pass, and what was due until then happen.
    void pass(std::chrono::seconds time) {
        host.clock().advance(time);
        host.run_jobs();
    }

    /// How many rows a table has.
    std::int64_t rows(const std::string& table);

    TestHost host;
};

/// Calls this person; the acknowledgement must be a success.
Json call(TestSocket& from, const std::string& to, const std::string& id = "c-1");
Json answer(TestSocket& by, const std::string& id = "c-1");

/// The code of a refusal.
std::string refused(const Json& acknowledgement);
/// The only event of this name that came.
Json one(TestSocket& socket, std::string_view event);
std::string text_of(const Json& value);

}  // namespace calls::test
