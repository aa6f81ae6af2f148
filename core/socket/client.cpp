// SPDX-License-Identifier: Apache-2.0
#include "socket/client.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <mortise/time.h>

#include "socket/event_runner.h"
#include "socket/local_space.h"

namespace mortise::socket {

namespace {

constexpr std::string_view refresh_event = "auth:refresh";
constexpr std::string_view scheme = "Bearer ";

// As clients send it: {token: "…"}, with or without the scheme they would put before it in HTTP.
std::string_view token_in(const Json& auth) {
    const JsonObject* object = auth.if_object();
    const Json* token = object == nullptr ? nullptr : object->if_contains("token");
    if (token == nullptr || !token->is_string()) return {};
    std::string_view text = token->get_string();
    if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
    return text;
}

Error not_accepted(std::string_view fault) {
    return Error(Code::unauthenticated, "The access token is not valid.", std::string(fault));
}

// A client whose connection broke tries again by itself; one that was sent away, or left, does not.
bool comes_back(std::string_view reason) {
    return reason == "transport close" || reason == "transport error" || reason == "ping timeout";
}

std::string name_of(const Json& data) {
    const Json& name = data.as_array().front();
    return name.is_string() ? std::string(name.get_string()) : to_text(name);
}

// The data of a CONNECT_ERROR.
std::string connect_error(const Error& error) {
    JsonObject told{{"message", error.public_text()}};
    JsonObject data = refusal_of(error).as_object().at("error").as_object();
    data.erase("message");
    told["data"] = std::move(data);
    return to_text(told);
}

}  // namespace

/// A connect on its way through the plugins' hooks.
struct Client::Attempt {
    std::shared_ptr<ClientSocket> socket;
    std::optional<Error> refusal;
    bool is_in = false;
    std::string pid;  // of the socket it wants back; empty: none
    std::uint64_t offset = 0;
};

// What a client that was here before tells of itself; nothing when it is new or makes no sense.
void Client::read_recovery(const Handshake& handshake, Attempt& attempt) {
    const JsonObject& auth = handshake.auth.as_object();
    const Json* pid = auth.if_contains("pid");
    const Json* offset = auth.if_contains("offset");
    if (pid == nullptr || !pid->is_string()) return;
    if (offset != nullptr && offset->is_string()) {
        const std::string_view digits = offset->get_string();
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), attempt.offset);
        if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || attempt.offset == 0)
            return;
    }
    attempt.pid = std::string(std::string_view(pid->get_string()));
}

Client::Client(const ClientSurroundings& around, Arrival arrival)
    : around_(around), arrival_(std::move(arrival)), queue_(std::make_shared<EventQueue>(around.home.loop)) {}

Client::~Client() = default;

void Client::on_open(EngineSession& session) {
    session_ = &session;
    around_.home.loop.arm(first_connect_, around_.home.settings.connect_timeout);
    if (session.version() == EngineVersion::v4) return;
    // Clients of protocol 4 are in the default namespace without asking, and sign in by what HTTP carries.
    if (LocalSpace* space = around_.find_space("/"))
        connect(*space, std::make_shared<const Handshake>(arrival_.handshake));
}

void Client::on_text(std::string_view text) {
    arrived_ = text.size();
    take(assembler_.take_text(text));
}

void Client::on_binary(std::string_view bytes) {
    arrived_ += bytes.size();
    take(assembler_.take_bytes(bytes));
}

void Client::take(PacketAssembler::Outcome outcome) {
    if (outcome.kind == PacketAssembler::Kind::more) return;
    if (outcome.kind == PacketAssembler::Kind::fault) return session_->close("parse error");
    switch (outcome.packet.type) {
        case PacketType::connect:
            return take_connect(std::move(outcome.packet));
        case PacketType::disconnect:
            if (Seat* left = seat(outcome.packet.space)) {
                Seat taken = std::move(*left);
                seats_.erase(seats_.begin() + (left - seats_.data()));
                leave(std::move(taken), "client namespace disconnect");
            }
            return;
        case PacketType::event:
        case PacketType::binary_event:
            return take_event(std::move(outcome.packet), outcome.attachments);
        case PacketType::ack:
        case PacketType::binary_ack:
            return take_ack(std::move(outcome.packet), outcome.attachments);
        case PacketType::connect_error:
            break;
    }
    session_->close("parse error");
}

void Client::take_connect(Packet packet) {
    if (session_->version() == EngineVersion::v3) move_query_to_data(packet);
    LocalSpace* space = around_.find_space(packet.space);
    if (space == nullptr)
        return refuse_connect(packet.space, "Invalid namespace", R"({"message":"Invalid namespace"})");
    if (seat(packet.space) != nullptr) {
        // Old clients ask for the default namespace although they are in it.
        if (session_->version() == EngineVersion::v3) return;
        return session_->close("parse error");
    }
    auto handshake = std::make_shared<Handshake>(arrival_.handshake);
    if (packet.data.is_object()) handshake->auth = std::move(packet.data);
    connect(*space, std::move(handshake));
}

void Client::connect(LocalSpace& space, std::shared_ptr<const Handshake> handshake) {
    std::shared_ptr<const User> user = arrival_.user;
    const std::string_view token = token_in(handshake->auth);
    std::string_view fault = arrival_.identity_fault;
    if (!token.empty() && around_.identity != nullptr) {
        Identified identified = around_.identity->identify_token(token);
        user = std::move(identified.user);
        fault = identified.fault;
    }
    if (!user && !fault.empty()) {
        const Error refusal = not_accepted(fault);
        return refuse_connect(space.entry.name, refusal.public_text(), connect_error(refusal));
    }

    // Ids of protocol 4 are the session's.
    const bool is_v4 = session_->version() == EngineVersion::v4;
    std::string id = is_v4 ? around_.home.make_id()
                           : (space.entry.name == "/" ? "" : space.entry.name + "#") + session_->id();
    auto attempt = std::make_shared<Attempt>();
    attempt->socket = std::make_shared<ClientSocket>(around_.home, space, around_.sockets, std::move(id),
                                                     std::move(handshake));
    attempt->socket->set_user(std::move(user));
    if (may_recover(attempt->socket->handshake())) read_recovery(attempt->socket->handshake(), *attempt);
    first_connect_.cancel();
    seats_.push_back({attempt->socket, nullptr});

    for (const HookEntry& hook : space.entry.hooks) {
        if (!hook.hooks->before_connect) continue;
        const auto refuse = [attempt] {
            attempt->refusal = Error(Code::unavailable, "Too much is going on here; try again soon.");
        };
        queue_->push({hook.lane,
                      [this_log = &around_.log, attempt, &hook] {
                          if (attempt->refusal) return;
                          attempt->refusal = run_hook(*this_log, hook.plugin,
                                                      [&] { hook.hooks->before_connect(*attempt->socket); });
                      },
                      refuse});
    }
    // Nobody but the queue holds this: when the client is gone by then, its seat is, too.
    queue_->push({nullptr,
                  [this, attempt, alive = std::weak_ptr(queue_owner_)] {
                      if (!alive.expired()) accept(attempt);
                  },
                  {}});
    rest_if_too_many();  // connects and disconnects without end are work, too
}

void Client::accept(const std::shared_ptr<Attempt>& attempt) {
    const auto found = std::ranges::find(seats_, attempt->socket, &Seat::socket);
    if (found == seats_.end()) return;  // left before it was let in
    if (attempt->refusal) {
        attempt->socket->gone();  // from the rooms a hook put it into
        seats_.erase(found);
        return refuse_connect(attempt->socket->space(), attempt->refusal->public_text(),
                              connect_error(*attempt->refusal));
    }
    const auto number = loop_of_id(attempt->pid);
    const ClientSurroundings* there = number ? around_.find_loop(*number) : nullptr;
    if (there == nullptr) return admit(attempt, nullptr);
    recall(attempt, *there);
}

// Asks the loop on which the client was before; it may be this one.
void Client::recall(const std::shared_ptr<Attempt>& attempt, const ClientSurroundings& there) {
    const auto user = attempt->socket->user();
    there.home.loop.post([this, alive = std::weak_ptr(queue_owner_), attempt, &there, &here = around_.home,
                          user_id = user ? user->id : std::string()] {
        auto before =
            there.sockets.absentees.take(attempt->socket->space(), attempt->pid, attempt->offset, user_id);
        here.loop.post([this, alive, attempt, &there, before = std::move(before)] {
            if (!alive.expired() && before) return succeed(attempt, there, before);
            if (before) there.home.loop.post([before] { before->gone(); });
            if (!alive.expired()) admit(attempt, nullptr);
        });
    });
}

// From one moment on, the same for both loops, the one before hears nothing more and the new one hears
// everything.
void Client::succeed(const std::shared_ptr<Attempt>& attempt, const ClientSurroundings& there,
                     const std::shared_ptr<ClientSocket>& before) {
    const auto alive = std::weak_ptr(queue_owner_);
    auto go = [this, alive, attempt, before, &here = around_.home] {
        auto kept = std::make_shared<const Recollection>(*before->recollection());
        before->gone();
        here.loop.post([this, alive, attempt, kept] {
            if (!alive.expired()) admit(attempt, kept.get());
        });
    };
    auto come = [this, alive, attempt, before] {
        if (alive.expired()) return;
        const auto seat = std::ranges::find(seats_, attempt->socket, &Seat::socket);
        if (seat == seats_.end()) return;
        const ClientSocket& asked = *attempt->socket;
        auto socket = std::make_shared<ClientSocket>(around_.home, asked.local_space(), around_.sockets,
                                                     std::string(before->id()),
                                                     std::make_shared<const Handshake>(asked.handshake()));
        socket->set_user(asked.user());
        socket->succeed(*before, *this);
        attempt->socket = seat->socket = std::move(socket);
    };
    around_.post_to_both(around_.home, std::move(come), there.home, std::move(go));
}

void Client::admit(const std::shared_ptr<Attempt>& attempt, const Recollection* before) {
    ClientSocket& socket = *attempt->socket;
    const auto found = std::ranges::find(seats_, attempt->socket, &Seat::socket);
    if (found == seats_.end()) return;
    if (before == nullptr) {
        socket.connected(*this);
        if (may_recover(socket.handshake())) socket.recollect();
    }
    attempt->is_in = true;
    const auto user = socket.user();
    if (user && user->expires_at != Time::max())
        found->token = std::make_unique<TokenWatch>(socket, around_.clock, user->expires_at);
    std::string data;
    if (session_->version() == EngineVersion::v4) {
        data = R"({"sid":")" + std::string(socket.id()) + '"';
        if (const Recollection* kept = socket.recollection()) data += R"(,"pid":")" + kept->pid() + '"';
        data += '}';
    }
    send(std::make_shared<const Frame>(write_packet(PacketType::connect, socket.space(), {}, data)), false);
    if (before != nullptr) socket.resume(*before, attempt->offset);

    for (const HookEntry& hook : socket.local_space().entry.hooks) {
        if (!hook.hooks->on_connect) continue;
        queue_->push({hook.lane,
                      [this_log = &around_.log, attempt, &hook] {
                          if (attempt->is_in)  // even if it has left again: that is told after this
                              run_hook(*this_log, hook.plugin,
                                       [&] { hook.hooks->on_connect(*attempt->socket); });
                      },
                      {}});
    }
}

bool Client::may_recover(const Handshake& handshake) const {
    if (session_->version() == EngineVersion::v3) return false;
    switch (around_.home.settings.recovery) {
        case Recovery::off:
            return false;
        case Recovery::always:
            return true;
        case Recovery::on_request:
            break;
    }
    const Json* asked = handshake.auth.as_object().if_contains("recover");
    return asked != nullptr && *asked == Json(true);
}

void Client::refuse_connect(std::string_view space, std::string_view message, std::string data) {
    SocketFigures::add(around_.home.figures.refused);
    if (session_->version() == EngineVersion::v3) {  // protocol 4 has the message alone
        data.clear();
        append_json_string(data, message);
    }
    send(std::make_shared<const Frame>(write_packet(PacketType::connect_error, space, {}, data)), false);
}

void Client::take_event(Packet packet, const Attachments& attachments) {
    Seat* taken = seat(packet.space);
    if (taken == nullptr || !taken->socket->is_connected()) return session_->close("parse error");
    ClientSocket& socket = *taken->socket;
    SocketFigures::add(around_.home.figures.events_in);
    std::string name = name_of(packet.data);
    Message message(std::move(name), arguments_of(std::move(packet.data), attachments, 1),
                    packet.id.has_value());
    if (message.event() == refresh_event) {
        return socket.acknowledge(packet.id, refresh(socket, message));
    }
    const EventEntry* event = socket.local_space().entry.find(message.event());
    if (event == nullptr) {
        const Error unknown(Code::not_found, "Nobody here handles this event.");
        return socket.acknowledge(packet.id, Arguments::of(refusal_of(unknown)));
    }
    run(socket, *event, std::move(message), packet.id);
}

void Client::run(ClientSocket& socket, const EventEntry& event, Message message,
                 std::optional<std::uint64_t> id) {
    const SpaceEntry& space = socket.local_space().entry;
    http::Lane* lane = event.declaration->is_inline ? nullptr : event.lane;
    if (lane == nullptr && queue_->is_idle()) {
        const LogScope scope(socket.id());
        const auto kept = socket.shared_from_this();
        const Arguments answer = run_event(space, event, socket, message, around_.log);
        return socket.acknowledge(id, answer);
    }
    struct Pending {
        std::shared_ptr<ClientSocket> socket;
        Message message;
        std::optional<std::uint64_t> id;
    };
    auto pending = std::make_shared<Pending>(Pending{socket.shared_from_this(), std::move(message), id});
    auto work = [pending, &space, &event, log = &around_.log] {
        const auto user = pending->socket->user();
        const LogScope scope(pending->socket->id(), user ? std::string_view(user->id) : std::string_view());
        const Arguments answer = run_event(space, event, *pending->socket, pending->message, *log);
        pending->socket->acknowledge(pending->id, answer);
    };
    auto refused = [pending] {
        const Error busy = Error(Code::unavailable, "Too much is going on here; try again soon.")
                               .retry_after(std::chrono::seconds(1));
        pending->socket->acknowledge(pending->id, Arguments::of(refusal_of(busy)));
    };
    queue_->push({lane, std::move(work), std::move(refused), arrived_});
    rest_if_too_many();
}

// What has come is kept, but no more is read until half of it is done.
void Client::rest_if_too_many() {
    const SocketSettings& limits = around_.home.settings;
    if (is_resting_ || !queue_->is_over(limits.max_pending_events, limits.max_pending_bytes)) return;
    is_resting_ = true;
    session_->pause();
    queue_->when_down_to(limits.max_pending_events / 2, limits.max_pending_bytes / 2,
                         [this, alive = std::weak_ptr(queue_owner_)] {
                             if (alive.expired()) return;
                             is_resting_ = false;
                             session_->resume();
                         });
}

Arguments Client::refresh(ClientSocket& socket, const Message& message) {
    const std::string_view token = token_in(message.arg(0).json());
    const Identified identified = around_.identity != nullptr && !token.empty()
                                      ? around_.identity->identify_token(token)
                                      : Identified{};
    const auto before = socket.user();
    if (!identified.user) return Arguments::of(refusal_of(not_accepted(identified.fault)));
    if (before && before->id != identified.user->id)
        return Arguments::of(refusal_of(Error(Code::forbidden, "This token is somebody else's.")));
    socket.set_user(identified.user);
    socket.join(room_of_user(identified.user->id));
    Seat& seat = *this->seat(socket.space());
    const Time expires_at = identified.user->expires_at;
    if (expires_at == Time::max())
        seat.token.reset();
    else if (seat.token)
        seat.token->renew(expires_at);
    else
        seat.token = std::make_unique<TokenWatch>(socket, around_.clock, expires_at);
    return Arguments::of(JsonObject{{"ok", true}, {"expiresAt", to_rfc3339(expires_at)}});
}

void Client::take_ack(Packet packet, const Attachments& attachments) {
    Seat* taken = seat(packet.space);
    if (taken == nullptr || !packet.id) return session_->close("parse error");
    SocketFigures::add(around_.home.figures.acks_in);
    taken->socket->answered(*packet.id, arguments_of(std::move(packet.data), attachments, 0));
}

void Client::disconnect(ClientSocket& socket, bool closes_connection) {
    send(std::make_shared<const Frame>(write_packet(PacketType::disconnect, socket.space(), {}, {})), false);
    if (closes_connection) return session_->close("server namespace disconnect");
    const auto found = std::ranges::find(seats_, &socket, [](const Seat& seat) { return seat.socket.get(); });
    if (found == seats_.end()) return;
    Seat left = std::move(*found);
    seats_.erase(found);
    leave(std::move(left), "server namespace disconnect");
}

void Client::leave(Seat seat, std::string_view reason) {
    const std::shared_ptr<ClientSocket> socket = std::move(seat.socket);
    const bool was_connected = socket->is_connected();
    if (was_connected && socket->recollection() != nullptr && comes_back(reason))
        socket->away();
    else
        socket->gone();
    if (!was_connected) return;
    for (const HookEntry& hook : socket->local_space().entry.hooks) {
        if (!hook.hooks->on_disconnect) continue;
        queue_->push({hook.lane,
                      [log = &around_.log, socket, &hook, why = std::string(reason)] {
                          run_hook(*log, hook.plugin, [&] { hook.hooks->on_disconnect(*socket, why); });
                      },
                      {}});
    }
}

void Client::on_closed(std::string_view reason) {
    queue_owner_.reset();
    first_connect_.cancel();
    for (Seat& seat : std::exchange(seats_, {})) leave(std::move(seat), reason);
}

void Client::nothing_came() {
    if (seats_.empty()) session_->close("forced close");
}

Client::Seat* Client::seat(std::string_view space) {
    const auto found =
        std::ranges::find(seats_, space, [](const Seat& seat) { return seat.socket->space(); });
    return found == seats_.end() ? nullptr : &*found;
}

}  // namespace mortise::socket
