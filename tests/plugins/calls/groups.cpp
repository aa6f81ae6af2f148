// SPDX-License-Identifier: Apache-2.0
#include "groups.h"

#include <catch2/catch.hpp>

namespace calls::test {

Json join(TestSocket& socket, const std::string& room, const std::string& group) {
    Json joined =
        socket.emit("groupcall:join", {{"roomId", room}, {"groupId", group}, {"callType", "video"}});
    INFO(mortise::to_text(joined));
    REQUIRE(joined.at("ok") == true);
    return joined;
}

Json try_join(TestSocket& socket, const std::string& room, const std::string& group) {
    return socket.emit("groupcall:join", {{"roomId", room}, {"groupId", group}});
}

Json leave(TestSocket& socket, const std::string& room) {
    return socket.emit("groupcall:leave", {{"roomId", room}});
}

std::string error_of(TestSocket& socket, const Json& acknowledgement, const std::string& room) {
    REQUIRE(acknowledgement.at("ok") == false);
    const Json told = one(socket, "groupcall:error");
    CHECK(text_of(told.at("roomId")) == room);
    CHECK(told.at("error") == acknowledgement.at("error").at("message"));
    return text_of(told.at("error"));
}

std::string each(const Json& list, std::string_view member) {
    std::string all;
    for (const Json& item : list.as_array()) all += (all.empty() ? "" : " ") + text_of(item.at(member));
    return all;
}

void forget(TestSocket& socket) {
    for (const std::string& event : socket.waiting()) socket.take(event);
}

}  // namespace calls::test
