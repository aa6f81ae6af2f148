// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <utility>

#include <mortise/contract.h>
#include <mortise/socket.h>

namespace mortise {

/// Answers an event; what it returns is the acknowledgement, if the client asked for one.
using EventHandler = std::function<Arguments(Socket&, const Message&)>;

/// Everything a plugin said about one event. Plain data: the server acts on it, documents show it.
struct EventDeclaration {
    std::string event;
    std::string space = "/";
    std::string plugin;
    EventHandler handler;  // empty: an event the server emits
    std::string summary;
    bool requires_user = false;
    std::string limit;  // policy name; empty: not limited
    bool is_inline = false;
    std::optional<JsonContract> payload;  // nothing reads that of an event the server emits
    std::optional<JsonObject> returns;
};

/// Declares what an event wants; use it in start() only.
class EventRoute {
public:
    explicit EventRoute(EventDeclaration& declaration) : declaration_(&declaration) {}

    /// One sentence for `mortise events` and /asyncapi.json.
    EventRoute& summary(std::string sentence) { return set(&EventDeclaration::summary, std::move(sentence)); }
    /// Refused with `unauthenticated` without a valid identity.
    EventRoute& requires_user() { return set(&EventDeclaration::requires_user, true); }
    /// The rate-limit policy; events without one are not limited.
    EventRoute& limit(std::string policy) { return set(&EventDeclaration::limit, std::move(policy)); }
    /// The handler never blocks: run it on the I/O thread.
    EventRoute& inline_handler() { return set(&EventDeclaration::is_inline, true); }
    /// The first argument is this struct: refused with `unprocessable` and every fault when it is not
    /// allowed; the handler reads it with message.payload<T>(), or takes it as its second parameter.
    template <Described T>
    EventRoute& payload(Shape<T> shape = {}) {
        declaration_->payload = json_contract(std::move(shape));
        return *this;
    }
    /// What the acknowledgement of a success looks like.
    template <Described T>
    EventRoute& returns(const Shape<T>& shape = {}) {
        declaration_->returns = shape.schema();
        return *this;
    }

private:
    template <class Value>
    EventRoute& set(Value EventDeclaration::*member, Value value) {
        declaration_->*member = std::move(value);
        return *this;
    }

    EventDeclaration* declaration_;
};

/// Says what an event that the server emits looks like; use it in start() only.
class EmittedEvent {
public:
    explicit EmittedEvent(EventDeclaration& declaration) : declaration_(&declaration) {}

    /// One sentence for `mortise events` and /asyncapi.json.
    EmittedEvent& summary(std::string sentence) {
        declaration_->summary = std::move(sentence);
        return *this;
    }
    /// Its only argument is this struct.
    template <Described T>
    EmittedEvent& payload(const Shape<T>& shape = {}) {
        declaration_->payload = JsonContract{&typeid(T), shape.schema(), {}};
        return *this;
    }

private:
    EventDeclaration* declaration_;
};

}  // namespace mortise
