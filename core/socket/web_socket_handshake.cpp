// SPDX-License-Identifier: Apache-2.0
#include "socket/web_socket_handshake.h"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <mortise/base64.h>
#include <mortise/server/request_parts.h>
#include <mortise/text.h>

namespace mortise::socket {

namespace {

constexpr int bad_request = 400;
constexpr int upgrade_required = 426;
constexpr std::string_view version = "13";
constexpr std::string_view deflate_name = "permessage-deflate";

/// Calls `visit` for each item of a list that may stand in several headers, until it returns true; false
/// when it never did.
template <class Visit>
bool any_item(const Request& request, std::string_view name, Visit visit) {
    for (const HeaderView& header : request.parts().headers) {
        if (!equals_ignoring_case(header.name, name)) continue;
        std::string_view rest = header.value;
        while (!rest.empty())
            if (const auto item = trim(take_until(rest, ',')); !item.empty() && visit(item)) return true;
    }
    return false;
}

bool lists(const Request& request, std::string_view name, std::string_view wanted) {
    return any_item(request, name,
                    [wanted](std::string_view item) { return equals_ignoring_case(item, wanted); });
}

std::ptrdiff_t count_of(const Request& request, std::string_view name) {
    return std::ranges::count_if(request.parts().headers, [name](const HeaderView& header) {
        return equals_ignoring_case(header.name, name);
    });
}

bool is_key(std::string_view key) {
    std::string bytes;
    return key.size() == 24 && read_base64(key, bytes) && bytes.size() == 16;
}

std::string accept_of(std::string_view key) {
    std::string text(key);
    text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr) != 1)
        throw std::runtime_error("OpenSSL has no SHA-1");
    std::string accept;
    append_base64(accept, {reinterpret_cast<const char*>(digest), size});
    return accept;
}

std::string_view unquoted(std::string_view value) {
    const bool is_quoted = value.size() >= 2 && value.starts_with('"') && value.ends_with('"');
    return is_quoted ? value.substr(1, value.size() - 2) : value;
}

/// 8 to 15, without leading zeros; 0 for anything else.
int window_bits(std::string_view value) {
    int bits = 0;
    const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), bits);
    const bool is_number =
        fault == std::errc{} && end == value.data() + value.size() && !value.starts_with('0');
    return is_number && bits >= 8 && bits <= 15 ? bits : 0;
}

/// Takes one offer, or declines it whole when it asks for something unknown, twice, or beyond zlib (a window
/// of 8 bits).
std::optional<DeflateParameters> accept_deflate(std::string_view offer) {
    if (!equals_ignoring_case(trim(take_until(offer, ';')), deflate_name)) return std::nullopt;
    DeflateParameters agreed;
    constexpr std::string_view names[] = {"server_no_context_takeover", "client_no_context_takeover",
                                          "server_max_window_bits", "client_max_window_bits"};
    bool seen[std::size(names)] = {};
    while (!offer.empty()) {
        std::string_view value = trim(take_until(offer, ';'));
        const bool has_value = value.find('=') != std::string_view::npos;
        const auto name = trim(take_until(value, '='));
        const auto place = static_cast<std::size_t>(std::ranges::find(names, name) - std::begin(names));
        if (place == std::size(names) || std::exchange(seen[place], true)) return std::nullopt;
        const int bits = has_value ? window_bits(unquoted(trim(value))) : 0;
        if (place < 2 && has_value) return std::nullopt;
        if (place == 2) {
            if (bits < 9) return std::nullopt;
            agreed.server_window_bits = bits;
        }
        if (place == 3 && has_value && bits == 0) return std::nullopt;
    }
    return agreed;
}

WebSocketHandshake refuse(int status, std::string_view fault) {
    WebSocketHandshake refusal;
    refusal.status = status;
    refusal.fault = fault;
    return refusal;
}

std::string switching_head(const WebSocketHandshake& agreed, std::string_view key) {
    std::string head =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
        "Upgrade\r\nSec-WebSocket-Accept: ";
    head += accept_of(key);
    if (!agreed.subprotocol.empty()) {
        head += "\r\nSec-WebSocket-Protocol: ";
        head += agreed.subprotocol;
    }
    if (agreed.deflate) {
        head +=
            "\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
            "client_no_context_takeover";
        if (agreed.deflate->server_window_bits < 15)
            head += "; server_max_window_bits=" + std::to_string(agreed.deflate->server_window_bits);
    }
    head += "\r\n\r\n";
    return head;
}

}  // namespace

bool is_web_socket_request(const Request& request) {
    return request.method() == Method::get && lists(request, "upgrade", "websocket");
}

WebSocketHandshake answer_web_socket(const Request& request, const WebSocketOffer& offer) {
    if (!is_web_socket_request(request)) return refuse(upgrade_required, "This is a WebSocket.");
    if (request.parts().minor_version < 1) return refuse(bad_request, "A WebSocket needs HTTP/1.1.");
    if (!lists(request, "connection", "upgrade"))
        return refuse(bad_request, "The Connection header lacks 'Upgrade'.");
    if (request.header("sec-websocket-version") != version)
        return refuse(upgrade_required, "Only version 13 of WebSocket is spoken.");
    const auto key = request.header("sec-websocket-key");
    if (count_of(request, "sec-websocket-key") != 1 || !is_key(key))
        return refuse(bad_request, "Sec-WebSocket-Key has to be 16 bytes in base64.");

    WebSocketHandshake agreed;
    any_item(request, "sec-websocket-protocol", [&](std::string_view item) {
        const auto served = std::ranges::find(offer.subprotocols, item);
        if (served == offer.subprotocols.end()) return false;
        agreed.subprotocol = *served;
        return true;
    });
    if (offer.deflate)
        any_item(request, "sec-websocket-extensions", [&](std::string_view item) {
            agreed.deflate = accept_deflate(item);
            return agreed.deflate.has_value();
        });
    agreed.text = switching_head(agreed, key);
    return agreed;
}

Response refuse_web_socket(const WebSocketHandshake& handshake) {
    Response response = Response::text(std::string(handshake.fault), handshake.status);
    if (handshake.status == upgrade_required) {
        response.set_header("Upgrade", "websocket");
        response.set_header("Sec-WebSocket-Version", std::string(version));
    }
    return response;
}

}  // namespace mortise::socket
