// SPDX-License-Identifier: Apache-2.0
#include "socket/engine_session.h"

#include <utility>

#include <mortise/response.h>

#include "socket/engine_refusal.h"

namespace mortise::socket {

namespace {

constexpr std::uint16_t normal_closure = 1000;
constexpr std::uint16_t going_away = 1001;
constexpr std::uint16_t policy_violation = 1008;

Response plain(std::string payload) {
    Response response = Response::text(std::move(payload));
    response.set_header("Content-Type", "text/plain; charset=UTF-8");
    response.set_header("Cache-Control", "no-store");
    return response;
}

Response taken() {
    Response response = Response::text("ok");
    response.set_header("Content-Type", "text/html");
    response.set_header("Cache-Control", "no-store");
    return response;
}

std::string encoded(EngineVersion version, EnginePacketType type, std::string_view data = {}) {
    std::string payload;
    append_engine_payload(version, payload, {type, false, data});
    return payload;
}

}  // namespace

/// The WebSocket that wants to take a session over. Speaks for itself until it has proved to work.
class EngineSession::Probe final : public WebSocket::User {
public:
    Probe(EngineSession& session, std::unique_ptr<WebSocket> socket)
        : session_(session), socket_(std::move(socket)) {}
    ~Probe() { close(); }

    void start(std::string_view handshake) {
        socket_->start(*this, handshake);
        session_.home_.loop.arm(limit_, session_.home_.settings.upgrade_timeout);
    }
    std::unique_ptr<WebSocket> take_socket() {
        limit_.cancel();
        return std::move(socket_);
    }

    void on_message(bool is_text, std::string_view bytes) override {
        std::string scratch;
        const auto packet = read_engine_frame(session_.version_, !is_text, bytes, scratch);
        if (packet && packet->type == EnginePacketType::ping && packet->data == "probe") {
            socket_->send_message(true, "3probe");
            has_proved_ = true;
            // The client waits for its last poll to end before it says so.
            session_.answer_waiting(EnginePacketType::noop);
        } else if (packet && packet->type == EnginePacketType::upgrade && has_proved_) {
            session_.upgrade();
        } else {
            give_up();
        }
    }
    void on_gone(std::uint16_t, std::string_view) override { give_up(); }
    bool has_proved() const { return has_proved_; }
    /// Hears nothing more: it lies in its grave for the rest of the round, and what follows in the same bytes
    /// must not reach a session that has given it up.
    void close() {
        limit_.cancel();
        WebSocket::close(std::move(socket_), normal_closure);
    }

private:
    void give_up() { session_.drop_probe(); }

    EngineSession& session_;
    std::unique_ptr<WebSocket> socket_;
    net::Timer limit_ = net::Timer::calling<&Probe::give_up>(this);
    bool has_proved_ = false;
};

EngineSession::EngineSession(SocketLoop& home, SessionKeeper& keeper, std::string id, EngineVersion version,
                             std::unique_ptr<SessionUser> user)
    : home_(home), keeper_(keeper), id_(std::move(id)), user_(std::move(user)), version_(version) {}

EngineSession::~EngineSession() {
    home_.forget(*this);
}

void EngineSession::open_polling(http::KeptRequest poll) {
    std::string payload = encoded(version_, EnginePacketType::open, handshake_json());
    poll_ = std::move(poll);
    opened();
    // What the user had to say at once goes along.
    controls_ = std::move(payload) + controls_;
    home_.send_soon(*this);
}

void EngineSession::open_web_socket(std::unique_ptr<WebSocket> socket, std::string_view handshake) {
    socket_ = std::move(socket);
    socket_->start(*this, handshake);
    socket_->send_message(true, "0" + handshake_json());
    opened();
}

void EngineSession::opened() {
    state_ = State::open;
    heard();
    user_->on_open(*this);
}

std::string EngineSession::handshake_json() const {
    const SocketSettings& settings = home_.settings;
    std::string json = R"({"sid":")" + id_ + R"(","upgrades":[)";
    if (!socket_ && settings.websocket) json += R"("websocket")";
    json += R"(],"pingInterval":)" + std::to_string(settings.ping_interval.count());
    json += R"(,"pingTimeout":)" + std::to_string(settings.ping_timeout.count());
    if (version_ == EngineVersion::v4) json += R"(,"maxPayload":)" + std::to_string(settings.max_payload);
    return json + '}';
}

void EngineSession::poll(http::KeptRequest poll, std::uint64_t ticket) {
    if (poll_) {
        // Two at once: somebody is confused about whose session this is.
        poll.answer(engine_refusal(EngineRefusal::bad_request));
        answer_poll(encoded(version_, EnginePacketType::close));
        return end("transport error", false);
    }
    poll_ = std::move(poll);
    ticket_ = ticket;
    if (has_waiting()) return home_.send_soon(*this);
    if (state_ == State::leaving) return end("left", true);
    if (probe_ && probe_->has_proved()) answer_waiting(EnginePacketType::noop);
}

void EngineSession::post(http::KeptRequest post) {
    if (!held_posts_.empty()) {
        // Who sends on without waiting for an answer would not be held up by one that is withheld.
        post.answer(engine_refusal(EngineRefusal::bad_request));
        return end("transport error", true);
    }
    const Request& request = post.request();
    const bool is_octets = request.header("content-type").starts_with("application/octet-stream");
    std::string scratch;
    const bool is_well_formed =
        read_engine_payload(version_, is_octets, request.body(), scratch,
                            home_.settings.max_packets_a_payload, [this](const EnginePacket& packet) {
                                if (state_ == State::open) take(packet);
                            });
    if (!is_well_formed) {
        post.answer(engine_refusal(EngineRefusal::bad_request));
        return end("parse error", true);
    }
    // Here nobody is in the middle of a room, and a client that is quick would post on until the timer comes.
    if (is_too_slow_ && state_ == State::open) beat();
    if (is_paused_ && state_ == State::open) return held_posts_.push_back(std::move(post));
    post.answer(taken());
}

void EngineSession::probe(std::unique_ptr<WebSocket> socket, std::string_view handshake) {
    drop_probe();
    probe_ = std::make_unique<Probe>(*this, std::move(socket));
    probe_->start(handshake);
}

void EngineSession::drop_probe() {
    if (!probe_) return;
    probe_->close();
    home_.bury(std::move(probe_));
}

void EngineSession::upgrade() {
    auto probe = std::exchange(probe_, nullptr);
    socket_ = probe->take_socket();
    socket_->set_user(*this);
    home_.bury(std::move(probe));
    answer_waiting(EnginePacketType::noop);
    // A ping that no poll has fetched would never be answered; nor would the client ever hear a pong.
    const bool is_v3 = version_ == EngineVersion::v3;
    if (!std::exchange(controls_, {}).empty() && (is_v3 || awaits_pong_))
        send_control(is_v3 ? EnginePacketType::pong : EnginePacketType::ping);
    for (SharedFrame& frame : std::exchange(waiting_, {})) push(std::move(frame));
    waiting_bytes_ = 0;
    SocketFigures::add(home_.figures.upgrades);
    if (state_ == State::leaving) return end("left", true);
    if (is_paused_) socket_->pause();
}

void EngineSession::on_message(bool is_text, std::string_view bytes) {
    std::string scratch;
    const auto packet = read_engine_frame(version_, !is_text, bytes, scratch);
    if (!packet) return end("parse error", true);
    take(*packet);
}

void EngineSession::on_gone(std::uint16_t, std::string_view reason) {
    const std::string why = reason == "transport error" ? "transport error" : "transport close";
    end(why, false);
}

void EngineSession::take(const EnginePacket& packet) {
    if (version_ == EngineVersion::v3) heard();
    switch (packet.type) {
        case EnginePacketType::message:
            return packet.is_binary ? user_->on_binary(packet.data) : user_->on_text(packet.data);
        case EnginePacketType::pong:
            if (version_ == EngineVersion::v4) heard();
            return;
        case EnginePacketType::ping:
            if (version_ == EngineVersion::v3) return send_control(EnginePacketType::pong, packet.data);
            break;
        case EnginePacketType::close:
            return end("transport close", false);
        case EnginePacketType::noop:
            return;
        case EnginePacketType::open:
        case EnginePacketType::upgrade:
            break;
    }
    end("parse error", true);
}

// The client lives. In version 4 we ask and it answers, in version 3 the other way round.
void EngineSession::heard() {
    if (is_too_slow_ || state_ != State::open) return;
    awaits_pong_ = false;
    const SocketSettings& settings = home_.settings;
    const auto wait = version_ == EngineVersion::v4 ? settings.ping_interval
                                                    : settings.ping_interval + settings.ping_timeout;
    home_.loop.arm(heartbeat_, home_.loop.read_clock() + wait);
}

void EngineSession::beat() {
    if (is_too_slow_) {
        SocketFigures::add(home_.figures.closed_slow);
        return end("slow reader", true);
    }
    if (state_ == State::leaving || version_ == EngineVersion::v3 || awaits_pong_)
        return end("ping timeout", true);
    awaits_pong_ = true;
    home_.loop.arm(heartbeat_, home_.settings.ping_timeout);
    send_control(EnginePacketType::ping);
}

void EngineSession::send_control(EnginePacketType type, std::string_view data) {
    if (has_fallen_behind()) return;  // clients of version 3 choose how often they ping, and with how much
    if (socket_) {
        std::string packet;
        append_engine_frame(version_, packet, {type, false, data});
        return socket_->send_message(true, packet);
    }
    append_engine_payload(version_, controls_, {type, false, data});
    home_.send_soon(*this);
}

void EngineSession::send(SharedFrame frame, bool is_discardable) {
    if (state_ != State::open) return;
    if (is_discardable && (unsent() > 0 || (!socket_ && !poll_)))
        return SocketFigures::add(home_.figures.discarded);
    if (!has_fallen_behind()) push(std::move(frame));
}

std::size_t EngineSession::unsent() const {
    return socket_ ? socket_->unsent() : waiting_bytes_ + controls_.size();
}

bool EngineSession::has_fallen_behind() {
    if (unsent() <= home_.settings.max_outbox) return false;
    // Not now: whoever sends may be in the middle of a room.
    if (!std::exchange(is_too_slow_, true)) home_.loop.arm(heartbeat_, home_.loop.now());
    return true;
}

void EngineSession::push(SharedFrame frame) {
    if (!socket_) {
        waiting_bytes_ += frame->size();
        waiting_.push_back(std::move(frame));
        if (poll_) home_.send_soon(*this);
        return;
    }
    if (version_ == EngineVersion::v4 && socket_->reads_compressed()) {
        const std::string_view wire = frame->compressed_wire(home_.deflater());
        return socket_->send(std::move(frame), wire);
    }
    if (version_ == EngineVersion::v4 || !frame->has_attachments()) {
        const std::string_view wire = frame->wire();
        return socket_->send(std::move(frame), wire);
    }
    auto kept = std::make_shared<std::string>();
    frame->append_wire(version_, *kept);
    const std::string_view wire = *kept;
    socket_->send(std::move(kept), wire);
}

void EngineSession::send_pending() {
    if (poll_ && has_waiting()) answer_poll(take_waiting());
}

std::string EngineSession::take_waiting() {
    std::string payload = std::exchange(controls_, {});
    for (const SharedFrame& frame : std::exchange(waiting_, {})) frame->append_payload(version_, payload);
    waiting_bytes_ = 0;
    return payload;
}

void EngineSession::answer_poll(std::string payload) {
    std::exchange(poll_, {}).answer(plain(std::move(payload)));
}

void EngineSession::answer_waiting(EnginePacketType type) {
    if (poll_) answer_poll(encoded(version_, type));
}

void EngineSession::poll_aborted(std::uint64_t ticket) {
    if (!poll_ || ticket_ != ticket) return;
    poll_.answer(Response::empty(204));  // nobody reads it; the request has its end
    end("transport close", false);
}

void EngineSession::close(std::string_view reason) {
    if (socket_ || (poll_ && !has_waiting()) || state_ != State::open) return end(reason, true);
    state_ = State::leaving;
    home_.loop.arm(heartbeat_, home_.settings.close_timeout);
    user_->on_closed(reason);
    // The goodbye comes with the next poll: in one answer official clients see it before what stands in front
    // of it.
    send_pending();
}

void EngineSession::pause() {
    is_paused_ = true;
    if (socket_) socket_->pause();
}

void EngineSession::resume() {
    is_paused_ = false;
    for (http::KeptRequest& post : std::exchange(held_posts_, {})) post.answer(taken());
    if (socket_) socket_->resume();
}

void EngineSession::end(std::string_view reason, bool says_goodbye) {
    const State before = std::exchange(state_, State::closed);
    if (before == State::closed) return;
    const bool is_slow = is_too_slow_;
    heartbeat_.cancel();
    if (poll_) {
        std::string payload = take_waiting();
        const auto last = says_goodbye ? EnginePacketType::close : EnginePacketType::noop;
        append_engine_payload(version_, payload, {last, false, {}});
        answer_poll(std::move(payload));
    }
    waiting_ = {};
    for (http::KeptRequest& post : std::exchange(held_posts_, {})) post.answer(taken());
    drop_probe();
    if (socket_) {
        const std::uint16_t code = is_slow                            ? policy_violation
                                   : reason == "server shutting down" ? going_away
                                                                      : normal_closure;
        WebSocket::close(std::move(socket_), code, code == normal_closure ? std::string_view() : reason);
    }
    if (before != State::leaving) user_->on_closed(reason);
    keeper_.session_closed(*this);
}

}  // namespace mortise::socket
