// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>

#include <mortise/sdk.h>

namespace protocol_echo {

using mortise::Arguments;
using mortise::Json;
using mortise::JsonObject;
using mortise::Message;
using mortise::Socket;

/// Sends back what it was sent: over Socket.IO in "/" and "/custom", over Engine.IO at /engine.io/, over a
/// bare WebSocket at /ws. Besides, events with which a test can make the server do what servers do.
class ProtocolEcho final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        sockets_ = &host.sockets();
        mortise::Sockets& sockets = host.sockets();
        sockets.on_connect(this, &ProtocolEcho::greet);
        sockets.on("message", this, &ProtocolEcho::send_back).inline_handler();
        sockets.on("message-with-ack", this, &ProtocolEcho::acknowledge).inline_handler();
        sockets.on("worker", this, &ProtocolEcho::acknowledge).summary("The same on a worker");
        sockets.on("join", this, &ProtocolEcho::join).inline_handler();
        sockets.on("leave", this, &ProtocolEcho::leave).inline_handler();
        sockets.on("say", this, &ProtocolEcho::say).inline_handler().summary("To a room, but not to oneself");
        sockets.on("say-all", this, &ProtocolEcho::say_all).inline_handler().summary("To a room");
        sockets.on("ask-me", this, &ProtocolEcho::ask).summary("Asks the client and tells what it answered");
        sockets.on("ask-all", this, &ProtocolEcho::ask_all);
        sockets.on("who", this, &ProtocolEcho::who).summary("The ids of a room");
        sockets.on("throw", this, &ProtocolEcho::refuse);
        sockets.on("kick-me", this, &ProtocolEcho::kick).inline_handler();
        sockets.on("flood", this, &ProtocolEcho::flood).summary("So many bytes in so many events");

        mortise::Space& custom = sockets.space("/custom");
        custom.on_connect(this, &ProtocolEcho::greet);
        custom.on("message", this, &ProtocolEcho::send_back).inline_handler();
        sockets.space("/guarded").before_connect(this, &ProtocolEcho::guard);

        sockets.raw("/engine.io/", this, &ProtocolEcho::echo_raw).engine_io().inline_handler();
        sockets.raw("/ws", this, &ProtocolEcho::echo_raw).inline_handler().max_message(16 * 1024 * 1024);
        sockets.raw("/ws-worker", this, &ProtocolEcho::echo_raw).subprotocols({"echo.v2", "echo.v1"});
    }

private:
    static Arguments all_of(const Message& message) {
        Arguments all;
        for (const mortise::Argument& argument : message.arguments()) all.add(argument);
        return all;
    }
    static std::string room_in(const Message& message) {
        return std::string(message.arg(0).json().as_string());
    }

    void greet(Socket& socket) const { socket.emit("auth", socket.handshake().auth); }
    void send_back(Socket& socket, const Message& message) const {
        socket.send("message-back", all_of(message), false);
    }
    Arguments acknowledge(Socket&, const Message& message) const { return all_of(message); }
    void join(Socket& socket, const Message& message) const { socket.join(room_in(message)); }
    void leave(Socket& socket, const Message& message) const { socket.leave(room_in(message)); }
    void say(Socket& socket, const Message& message) const {
        socket.to_room(room_in(message)).emit("said", message.arg(1));
    }
    void say_all(Socket&, const Message& message) const {
        sockets_->to_room(room_in(message)).emit("said", message.arg(1));
    }
    Arguments ask(Socket& socket, const Message& message) const {
        Arguments told;
        for (const mortise::Argument& answer :
             socket.ask(std::chrono::seconds(5), "question", message.arg(0)))
            told.add(answer);
        return told;
    }
    Json ask_all(Socket&, const Message& message) const {
        const auto answers = sockets_->to_room(room_in(message))
                                 .ask(std::chrono::milliseconds(500), "question", message.arg(1));
        mortise::JsonArray received;
        for (const auto& answer : answers.received)
            received.push_back(answer.empty() ? Json() : answer.front().json());
        return JsonObject{{"received", std::move(received)}, {"missing", answers.missing}};
    }
    Json who(Socket&, const Message& message) const {
        mortise::JsonArray ids;
        for (const mortise::SocketFacts& facts : sockets_->to_room(room_in(message)).fetch())
            ids.emplace_back(facts.id);
        return ids;
    }
    void refuse(Socket&, const Message&) const {
        throw mortise::Error(mortise::Code::conflict, "This never works.", "a secret").named("never_works");
    }
    void kick(Socket& socket, const Message& message) const {
        socket.disconnect(message.arg(0).json() == Json(true));
    }
    void flood(Socket& socket, const Message& message) const {
        const std::string bytes(message.arg(0).json().to_number<std::size_t>(), 'x');
        const auto count = message.arg(1).json().to_number<std::size_t>();
        for (std::size_t number = 0; number < count; ++number) socket.emit("flood", number, bytes);
    }
    void guard(Socket& socket) const {
        if (socket.handshake().auth.as_object().contains("password")) return;
        throw mortise::Error(mortise::Code::forbidden, "Not without the password.").named("no_password");
    }
    void echo_raw(mortise::RawSocket& socket, const mortise::RawMessage& message) const {
        socket.send(message.bytes, message.is_text);
    }

    mortise::Sockets* sockets_ = nullptr;
};

}  // namespace protocol_echo
MORTISE_PLUGIN(protocol_echo::ProtocolEcho)
