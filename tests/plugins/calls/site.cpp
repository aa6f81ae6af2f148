// SPDX-License-Identifier: Apache-2.0
#include "site.h"

#include <catch2/catch.hpp>

#include <mortise/services/database.h>
#include <mortise/services/identity.h>

namespace calls::test {

TestSocket Site::connect(const std::string& user, const std::string& session) {
    return host.connect(mortise::User{user, "user", session, mortise::Time::max()});
}

std::int64_t Site::rows(const std::string& table) {
    return host.database().one("SELECT COUNT(*) FROM " + table)->integer(0);
}

Json call(TestSocket& from, const std::string& to, const std::string& id) {
    Json done = from.emit("call:initiate", {{"callId", id}, {"receiverId", to}, {"callType", "video"}});
    INFO(mortise::to_text(done));
    REQUIRE(done.at("ok") == true);
    return done;
}

Json answer(TestSocket& by, const std::string& id) {
    Json done = by.emit("call:answer", {{"callId", id}});
    INFO(mortise::to_text(done));
    REQUIRE(done.at("ok") == true);
    return done;
}

std::string refused(const Json& acknowledgement) {
    REQUIRE(acknowledgement.at("ok") == false);
    return text_of(acknowledgement.at("error").at("code"));
}

Json one(TestSocket& socket, std::string_view event) {
    auto taken = socket.take(event);
    REQUIRE(taken.size() == 1);
    return std::move(taken.front());
}

std::string text_of(const Json& value) {
    return value.is_string() ? std::string(value.as_string()) : mortise::to_text(value);
}

}  // namespace calls::test
