// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <mortise/audience.h>
#include <mortise/event_route.h>
#include <mortise/export.h>
#include <mortise/raw_socket.h>
#include <mortise/socket.h>

namespace mortise {

/// What runs around a client's events: each of them on the plugin's share of the workers, in the order of
/// the plugins.
struct SocketHooks {
    using Hook = std::function<void(Socket&)>;
    using Guard = std::function<void(Socket&, const Message&)>;
    using Farewell = std::function<void(Socket&, std::string_view reason)>;

    Hook before_connect;
    Hook on_connect;
    Farewell on_disconnect;
    Guard before_event;
};

/// One namespace of Socket.IO. on() and its like are for start() only; speaking to sockets is for ready() and
/// later, from every thread.
///
/// Handlers are const member functions `R handle(Socket&, const Message&) const`, or `R handle(Socket&, const
/// T&) const` where T is a described struct that the first argument is read into. R is what to_arguments()
/// takes, or void for an acknowledgement without arguments. The events of one client are handled one after
/// the other, in their order; handlers may block. An Error becomes the acknowledgement {ok: false, error:
/// {code, message, errors?, retryAfter?}}.
class MORTISE_API Space {
public:
    virtual ~Space();

    template <class Object, class Result>
    EventRoute on(std::string event, const Object* object,
                  Result (Object::*handle)(Socket&, const Message&) const) {
        return add(std::move(event), [object, handle](Socket& socket, const Message& message) {
            return result_of([&] { return (object->*handle)(socket, message); });
        });
    }
    template <class Object, class Result, Described Payload>
    EventRoute on(std::string event, const Object* object,
                  Result (Object::*handle)(Socket&, const Payload&) const) {
        EventRoute route = add(std::move(event), [object, handle](Socket& socket, const Message& message) {
            return result_of([&] { return (object->*handle)(socket, message.payload<Payload>()); });
        });
        route.template payload<Payload>();
        return route;
    }
    /// An event that the server emits: for /asyncapi.json, nothing else depends on it.
    virtual EmittedEvent emits(std::string event) = 0;

    /// `void check(Socket&) const` before a client is let in; an Error refuses it (CONNECT_ERROR with the
    /// public text as message and {code, errors?} as data).
    template <class Object>
    void before_connect(const Object* object, void (Object::*check)(Socket&) const) {
        hooks().before_connect = [object, check](Socket& socket) { (object->*check)(socket); };
    }
    /// `void connected(Socket&) const`, before its first event.
    template <class Object>
    void on_connect(const Object* object, void (Object::*connected)(Socket&) const) {
        hooks().on_connect = [object, connected](Socket& socket) { (object->*connected)(socket); };
    }
    /// `void gone(Socket&, std::string_view reason) const`, after its last event; it is out of its rooms
    /// then, but rooms() still tells them.
    template <class Object>
    void on_disconnect(const Object* object, void (Object::*gone)(Socket&, std::string_view) const) {
        hooks().on_disconnect = [object, gone](Socket& socket, std::string_view reason) {
            (object->*gone)(socket, reason);
        };
    }
    /// `void check(Socket&, const Message&) const` before every event of this namespace, also those of other
    /// plugins; an Error refuses the event.
    template <class Object>
    void before_event(const Object* object, void (Object::*check)(Socket&, const Message&) const) {
        hooks().before_event = [object, check](Socket& socket, const Message& message) {
            (object->*check)(socket, message);
        };
    }

    Audience everyone() { return audience({}); }
    Audience to_room(std::string_view room) { return audience(std::string(room)); }
    /// Every socket this person has here, on every device.
    Audience to_user(std::string_view user_id) { return audience(room_of_user(user_id)); }
    Audience to_socket(std::string_view id) { return audience(std::string(id)); }
    /// Whether this person has a socket here. Cheap; any thread.
    virtual bool is_online(std::string_view user_id) const = 0;

    virtual EventRoute add(std::string event, EventHandler handler) = 0;
    /// This plugin's hooks of this namespace.
    virtual SocketHooks& hooks() = 0;
    virtual Broadcaster& broadcaster() = 0;
    /// "/", "/admin".
    virtual const std::string& name() const = 0;

private:
    template <class Call>
    static Arguments result_of(Call&& call) {
        if constexpr (std::is_void_v<std::invoke_result_t<Call>>) {
            call();
            return {};
        } else {
            return to_arguments(call());
        }
    }
    Audience audience(std::string room) {
        Target target;
        target.space = name();
        if (!room.empty()) target.rooms.push_back(std::move(room));
        return {broadcaster(), std::move(target)};
    }
};

/// Where a plugin registers what it does with sockets: the default namespace itself, others, and raw routes.
class MORTISE_API Sockets : public Space {
public:
    /// Another namespace: "/admin". A client gets in when at least one plugin has registered something there.
    virtual Space& space(std::string name) = 0;

    /// A WebSocket that speaks the plugin's own protocol: `void message(RawSocket&, const RawMessage&)
    /// const`.
    template <class Object>
    RawRoute raw(std::string path, const Object* object,
                 void (Object::*handle)(RawSocket&, const RawMessage&) const) {
        return add_raw(std::move(path), [object, handle](RawSocket& socket, const RawMessage& message) {
            (object->*handle)(socket, message);
        });
    }
    virtual RawRoute add_raw(std::string path, RawDeclaration::OnMessage on_message) = 0;
};

}  // namespace mortise
