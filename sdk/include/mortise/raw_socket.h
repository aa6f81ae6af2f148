// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mortise/export.h>
#include <mortise/socket.h>

namespace mortise {

/// One message of a raw socket; views that live as long as the handler runs.
struct RawMessage {
    std::string_view bytes;
    bool is_text = false;  ///< then `bytes` is valid UTF-8
};

/// One client of a raw route, which speaks the plugin's own protocol. Every thread may call everything here.
class MORTISE_API RawSocket {
public:
    virtual ~RawSocket();
    virtual std::string_view id() const = 0;
    virtual const Handshake& handshake() const = 0;
    /// Who signed in by Authorization header or cookie; null for nobody.
    virtual std::shared_ptr<const User> user() const = 0;
    /// Text must be UTF-8.
    virtual void send(std::string_view bytes, bool is_text) = 0;
    void send_text(std::string_view text) { send(text, true); }
    void send_bytes(std::string_view bytes) { send(bytes, false); }
    /// A WebSocket close code: 1000, 1001, 1008, 3000..4999.
    virtual void close(std::uint16_t code = 1000, std::string_view reason = {}) = 0;
};

/// Everything a plugin said about one raw route.
struct RawDeclaration {
    using OnMessage = std::function<void(RawSocket&, const RawMessage&)>;
    using OnOpen = std::function<void(RawSocket&)>;
    using OnClose = std::function<void(RawSocket&, std::string_view reason)>;

    std::string path;
    std::string plugin;
    OnMessage on_message;
    OnOpen on_open;
    OnClose on_close;
    std::string summary;
    std::vector<std::string> subprotocols;
    std::uint64_t max_message = 0;  // bytes; 0: sockets.max_payload
    bool requires_user = false;
    bool is_inline = false;
    bool speaks_engine_io = false;
};

/// Declares what a raw route wants; use it in start() only.
class RawRoute {
public:
    explicit RawRoute(RawDeclaration& declaration) : declaration_(&declaration) {}

    RawRoute& summary(std::string sentence) { return set(&RawDeclaration::summary, std::move(sentence)); }
    /// `void opened(RawSocket&) const`, before the first message.
    template <class Object>
    RawRoute& on_open(const Object* object, void (Object::*opened)(RawSocket&) const) {
        declaration_->on_open = [object, opened](RawSocket& socket) { (object->*opened)(socket); };
        return *this;
    }
    /// `void closed(RawSocket&, std::string_view reason) const`, after the last message.
    template <class Object>
    RawRoute& on_close(const Object* object, void (Object::*closed)(RawSocket&, std::string_view) const) {
        declaration_->on_close = [object, closed](RawSocket& socket, std::string_view reason) {
            (object->*closed)(socket, reason);
        };
        return *this;
    }
    /// In order of preference; a client that offers only others gets none.
    RawRoute& subprotocols(std::vector<std::string> names) {
        return set(&RawDeclaration::subprotocols, std::move(names));
    }
    /// Bytes; a longer message closes the connection with 1009.
    RawRoute& max_message(std::uint64_t bytes) { return set(&RawDeclaration::max_message, bytes); }
    /// 401 without a valid identity in the handshake.
    RawRoute& requires_user() { return set(&RawDeclaration::requires_user, true); }
    /// The handlers never block: run them on the I/O thread.
    RawRoute& inline_handler() { return set(&RawDeclaration::is_inline, true); }
    /// Messages travel by Engine.IO, so that its clients with their polling and heartbeats can be used. A
    /// path that ends in '/' then.
    RawRoute& engine_io() { return set(&RawDeclaration::speaks_engine_io, true); }

private:
    template <class Value>
    RawRoute& set(Value RawDeclaration::*member, Value value) {
        declaration_->*member = std::move(value);
        return *this;
    }

    RawDeclaration* declaration_;
};

}  // namespace mortise
