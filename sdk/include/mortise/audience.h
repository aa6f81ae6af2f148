// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mortise/export.h>
#include <mortise/message.h>

namespace mortise {

struct User;

/// Whom something is for: the sockets of a namespace that are in one of `rooms` (none: all of them) and in
/// none of `except`. A socket's id is a room of its own; see also room_of_user().
struct Target {
    std::string space = "/";
    std::vector<std::string> rooms;
    std::vector<std::string> except;
    bool is_discardable = false;  ///< need not reach a client that is not ready to take it
};

/// One socket, as seen from elsewhere.
struct SocketFacts {
    std::string id;
    std::shared_ptr<const User> user;  ///< null: nobody signed in
    std::vector<std::string> rooms;    ///< without its own id
    Json data;                         ///< see Socket::set_data()
};

/// The acknowledgements of a broadcast.
struct Answers {
    std::vector<std::vector<Argument>> received;  ///< the arguments of each, in the order of arrival
    std::size_t missing = 0;                      ///< clients that did not answer in time
};

/// The room of every socket this person has.
inline std::string room_of_user(std::string_view user_id) {
    return "user:" + std::string(user_id);
}

/// Carries out what an Audience is told. Any thread.
class MORTISE_API Broadcaster {
public:
    virtual ~Broadcaster();
    virtual void send(const Target& target, std::string_view event, const Arguments& arguments) = 0;
    virtual Answers ask(const Target& target, std::chrono::milliseconds timeout, std::string_view event,
                        const Arguments& arguments) = 0;
    virtual std::vector<SocketFacts> fetch(const Target& target) = 0;
    virtual void join(const Target& target, const std::string& room) = 0;
    virtual void leave(const Target& target, const std::string& room) = 0;
    virtual void disconnect(const Target& target, bool closes_connection) = 0;
};

/// Some sockets of one namespace, to be spoken to together. A value: narrow it, then say what to do.
///
///     host.sockets().to_room("chat:7").except(socket.id()).emit("chat:typing", who);
///
/// What one thread sends to one socket arrives in that order, and what it sends after join() reaches the
/// room it joined. Any thread.
class Audience {
public:
    Audience(Broadcaster& broadcaster, Target target)
        : broadcaster_(&broadcaster), target_(std::move(target)) {}

    /// Those in this room too.
    Audience& to_room(std::string_view room) {
        target_.rooms.emplace_back(room);
        return *this;
    }
    /// Those of this person too.
    Audience& to_user(std::string_view user_id) { return to_room(room_of_user(user_id)); }
    /// But not those in this room; a socket's id is a room.
    Audience& except(std::string_view room) {
        target_.except.emplace_back(room);
        return *this;
    }
    /// May be lost on clients that are slow or away: for what the next message makes stale.
    Audience& discardable() {
        target_.is_discardable = true;
        return *this;
    }

    template <class... Values>
    void emit(std::string_view event, const Values&... arguments) const {
        broadcaster_->send(target_, event, Arguments::of(arguments...));
    }
    /// Waits until every client has acknowledged, or for `timeout`. Worker threads only.
    template <class... Values>
    Answers ask(std::chrono::milliseconds timeout, std::string_view event, const Values&... arguments) const {
        return broadcaster_->ask(target_, timeout, event, Arguments::of(arguments...));
    }
    /// Who they are at this moment. Worker threads only.
    std::vector<SocketFacts> fetch() const { return broadcaster_->fetch(target_); }
    void join(const std::string& room) const { broadcaster_->join(target_, room); }
    void leave(const std::string& room) const { broadcaster_->leave(target_, room); }
    /// From the namespace; with `closes_connection` from all of them.
    void disconnect(bool closes_connection = false) const {
        broadcaster_->disconnect(target_, closes_connection);
    }

    const Target& target() const { return target_; }

private:
    Broadcaster* broadcaster_;
    Target target_;
};

}  // namespace mortise
