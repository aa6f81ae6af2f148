// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <array>

#include <mortise/server/request_parts.h>

#include "socket/web_socket_handshake.h"

using namespace mortise::socket;
using mortise::HeaderView;
using mortise::Request;
using mortise::RequestParts;

namespace {

using Headers = std::vector<HeaderView>;

constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";  // RFC 6455 section 1.3

/// A client's good request, with some headers instead of its own or added.
WebSocketHandshake answer(const Headers& changes, const WebSocketOffer& offer = {}) {
    RequestParts parts;
    parts.headers = {{"Host", "example.com"},
                     {"Upgrade", "websocket"},
                     {"Connection", "Upgrade"},
                     {"Sec-WebSocket-Key", key},
                     {"Sec-WebSocket-Version", "13"}};
    for (const HeaderView& change : changes)
        std::erase_if(parts.headers, [&](const HeaderView& header) { return header.name == change.name; });
    for (const HeaderView& change : changes)
        if (!change.value.empty()) parts.headers.push_back(change);
    return answer_web_socket(Request(parts), offer);
}

std::string extensions_for(std::string_view offered) {
    const auto made = answer({{"Sec-WebSocket-Extensions", offered}}, {.subprotocols = {}, .deflate = true});
    constexpr std::string_view name = "Sec-WebSocket-Extensions: ";
    const auto place = made.text.find(name);
    CHECK(made.deflate.has_value() == (place != std::string::npos));
    if (place == std::string::npos) return {};
    const auto start = place + name.size();
    return made.text.substr(start, made.text.find("\r\n", start) - start);
}

constexpr std::string_view both =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

}  // namespace

TEST_CASE("the RFC's handshake is answered with the RFC's answer") {
    const auto made = answer({});
    CHECK(made.status == 101);
    CHECK(made.text ==
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    CHECK(made.subprotocol.empty());
    CHECK_FALSE(made.deflate);
}

TEST_CASE("tokens count whatever their case and place in a list") {
    CHECK(answer({{"Upgrade", "h2c, WebSocket"}, {"Connection", "keep-alive, UPGRADE"}}).status == 101);
    CHECK(answer({{"Connection", "keep-alive"}, {"Connection", "upgrade"}}).status == 101);
}

TEST_CASE("a request that does not ask for a WebSocket right is refused") {
    CHECK(answer({{"Upgrade", ""}}).status == 426);
    CHECK(answer({{"Upgrade", "websockets"}}).status == 426);
    CHECK(answer({{"Connection", "close"}}).status == 400);
    CHECK(answer({{"Sec-WebSocket-Version", ""}}).status == 426);
    CHECK(answer({{"Sec-WebSocket-Version", "8"}}).status == 426);
    for (const std::string_view wrong : {"", "short", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=!",
                                         "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25jZXMu"})
        CHECK(answer({{"Sec-WebSocket-Key", wrong}}).status == 400);
    CHECK(answer({{"Sec-WebSocket-Key", key}, {"Sec-WebSocket-Key", key}}).status == 400);
    CHECK(answer({{"Upgrade", ""}}).text.empty());
}

TEST_CASE("only a GET of HTTP/1.1 becomes a WebSocket") {
    RequestParts parts;
    parts.headers = {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}};
    CHECK(is_web_socket_request(Request(parts)));
    parts.minor_version = 0;
    CHECK(answer_web_socket(Request(parts)).status == 400);
    parts.method = mortise::Method::post;
    CHECK_FALSE(is_web_socket_request(Request(parts)));
    CHECK(answer_web_socket(Request(parts)).status == 426);
}

TEST_CASE("a refusal says which version is spoken") {
    const auto response = refuse_web_socket(answer({{"Sec-WebSocket-Version", "8"}}));
    CHECK(response.status() == 426);
    REQUIRE(response.header("Sec-WebSocket-Version"));
    CHECK(*response.header("Sec-WebSocket-Version") == "13");
    CHECK(*response.header("Upgrade") == "websocket");
    CHECK_FALSE(refuse_web_socket(answer({{"Connection", "close"}})).header("Upgrade"));
}

TEST_CASE("the client's first subprotocol that is served is taken") {
    const std::array<std::string_view, 2> served{"chat", "superchat"};
    const auto made =
        answer({{"Sec-WebSocket-Protocol", "mqtt, superchat"}, {"Sec-WebSocket-Protocol", "chat"}},
               {.subprotocols = served});
    CHECK(made.subprotocol == "superchat");
    CHECK(made.text.find("\r\nSec-WebSocket-Protocol: superchat\r\n") != std::string::npos);
    const auto none = answer({{"Sec-WebSocket-Protocol", "mqtt"}}, {.subprotocols = served});
    CHECK(none.status == 101);
    CHECK(none.text.find("Sec-WebSocket-Protocol") == std::string::npos);
}

TEST_CASE("permessage-deflate is agreed on without context takeover") {
    CHECK(extensions_for("permessage-deflate") == both);
    CHECK(extensions_for("permessage-deflate; client_max_window_bits") == both);
    CHECK(extensions_for("x-webkit-deflate-frame, permessage-deflate; client_max_window_bits=10") == both);
    CHECK(extensions_for("permessage-deflate; server_no_context_takeover; client_no_context_takeover") ==
          both);
    CHECK(extensions_for("permessage-deflate; server_max_window_bits=\"10\"") ==
          std::string(both) + "; server_max_window_bits=10");
    CHECK(extensions_for("permessage-deflate; server_max_window_bits=8, permessage-deflate") == both);
}

TEST_CASE("an offer that asks for what nobody knows is declined") {
    for (const std::string_view offered :
         {"", "permessage-bzip2", "permessage-deflate; unknown",
          "permessage-deflate; server_no_context_takeover=1", "permessage-deflate; server_max_window_bits",
          "permessage-deflate; server_max_window_bits=8", "permessage-deflate; server_max_window_bits=16",
          "permessage-deflate; server_max_window_bits=012", "permessage-deflate; client_max_window_bits=7",
          "permessage-deflate; client_max_window_bits=",
          "permessage-deflate; client_max_window_bits; client_max_window_bits"})
        CHECK(extensions_for(offered).empty());
    CHECK_FALSE(answer({{"Sec-WebSocket-Extensions", "permessage-deflate"}}).deflate);
}
