// SPDX-License-Identifier: Apache-2.0
// How a client comes into a namespace, again perhaps, and leaves it. Its events are in client.cpp.
#include <algorithm>
#include <charconv>
#include <utility>

#include "socket/client.h"
#include "socket/event_runner.h"
#include "socket/local_space.h"
#include "socket/room_directory.h"
#include "socket/sign_in.h"

namespace mortise::socket {

namespace {

// A client whose connection broke tries again by itself; one that was sent away, or left, does not.
bool comes_back(std::string_view reason) {
    return reason == "transport close" || reason == "transport error" || reason == "ping timeout";
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
    std::size_t first_asked = 0;  // loops: that of the pid,
    std::size_t others = 0;       // then the others, this one the next
    std::size_t asked = 0;
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
    std::optional<Error> refusal;
    if (!user && !fault.empty()) refusal = not_accepted(fault);
    LimitAnswer limit = LimitDecision{};
    if (around_.connect_limit != nullptr && owes_connect_)
        limit = around_.connect_limit->decide({handshake->client_address, user.get()});
    if (const auto* decision = std::get_if<LimitDecision>(&limit)) {
        if (!decision->lets_through()) refusal = refusal_of(*decision);
        if (refusal) return refuse_connect(space.entry.name, refusal->public_text(), connect_error(*refusal));
    }
    owes_connect_ = false;

    // Ids of protocol 4 are the session's.
    const bool is_v4 = session_->version() == EngineVersion::v4;
    std::string id = is_v4 ? around_.home.make_id()
                           : (space.entry.name == "/" ? "" : space.entry.name + "#") + session_->id();
    auto attempt = std::make_shared<Attempt>();
    attempt->socket = std::make_shared<ClientSocket>(around_.home, space, around_.sockets, std::move(id),
                                                     std::move(handshake));
    attempt->socket->set_user(std::move(user));
    attempt->refusal = std::move(refusal);
    if (may_recover(attempt->socket->handshake())) read_recovery(attempt->socket->handshake(), *attempt);
    first_connect_.cancel();
    seats_.push_back({attempt->socket, nullptr});

    if (auto* later = std::get_if<LimitLater>(&limit)) {
        auto gate = [attempt, later = std::move(*later)](EventQueue::Opened open) {
            later(LimitReply([attempt, open = std::move(open)](const LimitDecision& decision) {
                if (!decision.lets_through()) attempt->refusal = refusal_of(decision);
                open(true);
            }));
        };
        queue_->push({nullptr, [] {}, {}, 0, std::move(gate)});
    }
    for (const HookEntry& hook : space.entry.hooks) {
        if (!hook.hooks->before_connect) continue;
        const auto refuse = [attempt] { attempt->refusal = too_busy(); };
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
        owes_connect_ = true;
        attempt->socket->gone();  // from the rooms a hook put it into
        seats_.erase(found);
        return refuse_connect(attempt->socket->space(), attempt->refusal->public_text(),
                              connect_error(*attempt->refusal));
    }
    const auto number = loop_of_id(attempt->pid);
    if (!number || around_.find_loop(*number) == nullptr) return admit(attempt, nullptr);
    attempt->asked = attempt->first_asked = *number;
    recall(attempt);
}

// Asks the loops, one after the other, whether the client was there before; it may be this one. The first is
// that of the pid, where it is unless it has come back on another already: the pid stays the same.
void Client::recall(const std::shared_ptr<Attempt>& attempt) {
    const ClientSurroundings& there = *around_.find_loop(attempt->asked);
    const auto user = attempt->socket->user();
    there.home.loop.post([this, alive = std::weak_ptr(queue_owner_), attempt, &there, &here = around_.home,
                          user_id = user ? user->id : std::string()] {
        auto before =
            there.sockets.absentees.take(attempt->socket->space(), attempt->pid, attempt->offset, user_id);
        here.loop.post([this, alive, attempt, &there, before = std::move(before)] {
            if (!alive.expired() && before) return succeed(attempt, there, before);
            if (before) there.home.loop.post([before] { before->gone(); });
            if (alive.expired()) return;
            if (attempt->others == attempt->first_asked) ++attempt->others;
            if (around_.find_loop(attempt->others) == nullptr) return admit(attempt, nullptr);
            attempt->asked = attempt->others++;
            recall(attempt);
        });
    });
}

namespace {

/// Makes broadcasts to the rooms of a socket that is about to come go to its new loop, too.
class Announced {
public:
    Announced(RoomDirectory& directory, const ClientSocket& before, std::size_t loop)
        : directory_(directory), space_(before.space()), rooms_(before.rooms()), loop_(loop) {
        rooms_.emplace_back(before.id());
        for (const std::string& room : rooms_) directory_.enter(space_, room, loop_);
    }
    Announced(const Announced&) = delete;
    ~Announced() {
        for (const std::string& room : rooms_) directory_.leave(space_, room, loop_);
    }

private:
    RoomDirectory& directory_;
    std::string space_;
    std::vector<std::string> rooms_;
    std::size_t loop_;
};

}  // namespace

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
    // Before that moment, or what is sent right after it would only go to the loop it has left.
    auto announced = std::make_shared<const Announced>(around_.sockets.rooms, *before, around_.home.number);
    auto come = [this, alive, attempt, before, announced = std::move(announced)] {
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
    const auto user = socket.user();
    // Only now, in its user's room: from here on whoever ends the session finds it.
    if (user && around_.ended.contains(user->session_id)) {
        const Error refusal = not_accepted("revoked");
        socket.gone();
        seats_.erase(found);
        return refuse_connect(socket.space(), refusal.public_text(), connect_error(refusal));
    }
    attempt->is_in = true;
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

}  // namespace mortise::socket
