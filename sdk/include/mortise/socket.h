// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <mortise/export.h>
#include <mortise/json.h>

namespace mortise {

struct User;

using Bytes = std::vector<unsigned char>;

/// One argument of an event: JSON, or bytes that travel as a binary attachment.
class MORTISE_API Argument {
public:
    Argument(Json json = nullptr) : value_(std::move(json)) {}
    Argument(Bytes bytes) : value_(std::move(bytes)) {}

    bool is_bytes() const { return std::holds_alternative<Bytes>(value_); }
    /// Null for bytes.
    const Json& json() const;
    /// Empty for JSON.
    const Bytes& bytes() const;

private:
    std::variant<Json, Bytes> value_;
};

/// One event as it arrived.
class MORTISE_API Message {
public:
    Message(std::string event, std::vector<Argument> arguments, bool wants_acknowledgement);

    const std::string& event() const { return event_; }
    std::size_t size() const { return arguments_.size(); }
    /// A null argument past the end.
    const Argument& arg(std::size_t place) const;
    bool wants_acknowledgement() const { return wants_acknowledgement_; }

private:
    std::string event_;
    std::vector<Argument> arguments_;
    bool wants_acknowledgement_;
};

/// One client's connection to a namespace, as an event's handler sees it.
class MORTISE_API Socket {
public:
    virtual ~Socket();
    virtual std::string_view id() const = 0;
    /// Who signed in; null for nobody.
    virtual const User* user() const = 0;

    template <class... Arguments>
    void emit(std::string_view event, Arguments&&... arguments) {
        send(event, std::vector<Argument>{Argument(std::forward<Arguments>(arguments))...});
    }
    virtual void send(std::string_view event, std::vector<Argument> arguments) = 0;
};

/// Answers an event; what it returns is the acknowledgement, if the client asked for one.
using EventHandler = std::function<Json(Socket&, const Message&)>;

/// Everything a plugin said about one event.
struct EventDeclaration {
    std::string event;
    std::string plugin;
    EventHandler handler;
    std::string summary;
    bool requires_user = false;
    std::string limit;
    bool is_inline = false;
};

/// Declares what an event wants; use it in start() only.
class EventRoute {
public:
    explicit EventRoute(EventDeclaration& declaration) : declaration_(&declaration) {}

    EventRoute& summary(std::string sentence) {
        declaration_->summary = std::move(sentence);
        return *this;
    }
    EventRoute& requires_user() {
        declaration_->requires_user = true;
        return *this;
    }
    EventRoute& limit(std::string policy) {
        declaration_->limit = std::move(policy);
        return *this;
    }
    EventRoute& inline_handler() {
        declaration_->is_inline = true;
        return *this;
    }

private:
    EventDeclaration* declaration_;
};

/// Where a plugin registers its socket events; use it in start() only.
class MORTISE_API Sockets {
public:
    virtual ~Sockets();

    template <class Object>
    EventRoute on(std::string event, const Object* object, Json (Object::*handle)(Socket&, const Message&) const) {
        return add(std::move(event),
                   [object, handle](Socket& socket, const Message& message) { return (object->*handle)(socket, message); });
    }
    virtual EventRoute add(std::string event, EventHandler handler) = 0;
};

}  // namespace mortise
