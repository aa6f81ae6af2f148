// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mortise/audience.h>
#include <mortise/export.h>
#include <mortise/message.h>
#include <mortise/time.h>

namespace mortise {

struct User;

/// How a client came.
struct Handshake {
    Json auth;                   ///< what its CONNECT carried: an object, empty when it sent none
    std::string client_address;  ///< behind a trusted proxy the one it forwards for
    std::string origin;          ///< the Origin header; empty: no browser
    std::string user_agent;      ///< the User-Agent header
    bool is_secure = false;
    Time at{};
    std::vector<std::pair<std::string, std::string>> query;  ///< without what Engine.IO itself needs
};

/// One client's connection to one namespace.
///
/// Handlers get a reference; whoever wants to speak later keeps the id and uses Space::to_socket(). Every
/// thread may call everything here.
class MORTISE_API Socket {
public:
    /// The arguments of the acknowledgement; nothing when the client did not answer in time or went away.
    using OnAnswer = std::function<void(std::optional<std::vector<Argument>>)>;

    virtual ~Socket();
    /// 20 characters of A-Z a-z 0-9 - _; never used again.
    virtual std::string_view id() const = 0;
    /// The namespace: "/", "/admin".
    virtual std::string_view space() const = 0;
    virtual const Handshake& handshake() const = 0;
    /// Who is signed in; null for nobody. Another object after auth:refresh.
    virtual std::shared_ptr<const User> user() const = 0;
    /// Who is signed in. Throws Error(unauthenticated) for nobody; in events with requires_user() it cannot.
    std::shared_ptr<const User> signed_in() const;
    virtual bool is_connected() const = 0;
    /// It came back with its rooms, its data and everything it missed.
    virtual bool is_recovered() const = 0;

    template <class... Values>
    void emit(std::string_view event, const Values&... arguments) {
        send(event, Arguments::of(arguments...), false);
    }
    /// May be lost when the client is slow or away.
    template <class... Values>
    void emit_discardable(std::string_view event, const Values&... arguments) {
        send(event, Arguments::of(arguments...), true);
    }
    /// Waits for the client's acknowledgement. Throws Error(request_timeout) when it does not come in time or
    /// the client goes away; std::logic_error on an I/O thread, where nothing may wait.
    template <class... Values>
    std::vector<Argument> ask(std::chrono::milliseconds timeout, std::string_view event,
                              const Values&... arguments) {
        return wait_for_answer(timeout, event, Arguments::of(arguments...));
    }
    virtual void send(std::string_view event, const Arguments& arguments, bool is_discardable) = 0;
    /// Calls `on_answer` once, on an I/O thread: it must not block.
    virtual void ask_then(std::chrono::milliseconds timeout, std::string_view event,
                          const Arguments& arguments, OnAnswer on_answer) = 0;

    virtual void join(std::string room) = 0;
    virtual void leave(std::string_view room) = 0;
    /// Without its own id.
    virtual std::vector<std::string> rooms() const = 0;
    /// The others in this room.
    Audience to_room(std::string_view room);
    /// All others of the namespace.
    Audience to_others();

    /// What plugins want to know of this socket later, from elsewhere (SocketFacts). Null at first.
    virtual Json data() const = 0;
    virtual void set_data(Json data) = 0;

    /// From this namespace; with `closes_connection` from all of them.
    virtual void disconnect(bool closes_connection = false) = 0;

protected:
    virtual std::vector<Argument> wait_for_answer(std::chrono::milliseconds timeout, std::string_view event,
                                                  const Arguments& arguments) = 0;
    virtual Broadcaster& broadcaster() = 0;
};

}  // namespace mortise
