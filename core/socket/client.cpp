// SPDX-License-Identifier: Apache-2.0
// Packets in, events to their handlers. How clients come and go is in client_connect.cpp.
#include "socket/client.h"

#include <algorithm>
#include <utility>

#include <mortise/time.h>

#include "socket/event_runner.h"
#include "socket/local_space.h"
#include "socket/sign_in.h"

namespace mortise::socket {

namespace {

constexpr std::string_view refresh_event = "auth:refresh";

// An event the limit did not let through is never met with silence.
void tell_refused(ClientSocket& socket, const EventEntry& event, std::optional<std::uint64_t> id,
                  const Error& refusal) {
    if (id)
        socket.acknowledge(id, Arguments::of(refusal_of(refusal)));
    else
        socket.send(Limiter::notice, Arguments::of(notice_of(event, refusal)), false);
}

std::string name_of(const Json& data) {
    const Json& name = data.as_array().front();
    return name.is_string() ? std::string(name.get_string()) : to_text(name);
}

}  // namespace

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
                owes_connect_ = true;
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
    LimitAnswer limit = LimitDecision{};
    if (event.limit != nullptr) {
        const auto user = socket.user();
        limit = event.limit->decide({socket.handshake().client_address, user.get()});
    }
    if (auto* later = std::get_if<LimitLater>(&limit))
        return enqueue(socket, event, std::move(message), id, std::move(*later));
    if (const auto& decision = std::get<LimitDecision>(limit); !decision.lets_through()) {
        queue_->push({nullptr,
                      [kept = socket.shared_from_this(), &event, id, decision] {
                          tell_refused(*kept, event, id, refusal_of(decision));
                      },
                      {}});
        return rest_if_too_many();
    }
    const SpaceEntry& space = socket.local_space().entry;
    if ((event.declaration->is_inline || event.lane == nullptr) && queue_->is_idle()) {
        const LogScope scope(socket.id());
        const auto kept = socket.shared_from_this();
        const Arguments answer = run_event(space, event, socket, message, around_.log);
        return socket.acknowledge(id, answer);
    }
    enqueue(socket, event, std::move(message), id, {});
}

void Client::enqueue(ClientSocket& socket, const EventEntry& event, Message message,
                     std::optional<std::uint64_t> id, LimitLater limit) {
    const SpaceEntry& space = socket.local_space().entry;
    http::Lane* lane = event.declaration->is_inline ? nullptr : event.lane;
    struct Pending {
        std::shared_ptr<ClientSocket> socket;
        Message message;
        std::optional<std::uint64_t> id;
        std::optional<Error> refusal;  // by the limit
    };
    auto pending =
        std::make_shared<Pending>(Pending{socket.shared_from_this(), std::move(message), id, std::nullopt});
    auto work = [pending, &space, &event, log = &around_.log] {
        const auto user = pending->socket->user();
        const LogScope scope(pending->socket->id(), user ? std::string_view(user->id) : std::string_view());
        const Arguments answer = run_event(space, event, *pending->socket, pending->message, *log);
        pending->socket->acknowledge(pending->id, answer);
    };
    auto refused = [pending, &event] {
        if (pending->refusal) return tell_refused(*pending->socket, event, pending->id, *pending->refusal);
        const Error busy = too_busy().retry_after(std::chrono::seconds(1));
        pending->socket->acknowledge(pending->id, Arguments::of(refusal_of(busy)));
    };
    std::function<void(EventQueue::Opened)> gate;
    if (limit)
        gate = [pending, limit = std::move(limit)](EventQueue::Opened open) {
            limit(LimitReply([pending, open = std::move(open)](const LimitDecision& decision) {
                if (!decision.lets_through()) pending->refusal = refusal_of(decision);
                open(decision.lets_through());
            }));
        };
    queue_->push({lane, std::move(work), std::move(refused), arrived_, std::move(gate)});
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
