// SPDX-License-Identifier: Apache-2.0
#include "socket/raw_endpoint.h"

#include <utility>

#include <mortise/error.h>

#include "socket/raw_client.h"
#include "socket/web_socket_handshake.h"

namespace mortise::socket {

namespace {

/// A raw socket's messages as those of a session.
class OverEngine final : public SessionUser, private RawChannel {
public:
    explicit OverEngine(std::shared_ptr<RawClient> client) : client_(std::move(client)) {}

    void on_open(EngineSession& session) override {
        session_ = &session;
        client_->opened(*this);
    }
    void on_text(std::string_view text) override { client_->received(text, true); }
    void on_binary(std::string_view bytes) override { client_->received(bytes, false); }
    void on_closed(std::string_view reason) override { client_->closed(reason); }

private:
    void send(std::string_view bytes, bool is_text) override {
        session_->send(is_text ? std::make_shared<const Frame>(bytes) : Frame::binary(bytes));
    }
    void close(std::uint16_t, std::string_view reason) override {
        session_->close(reason.empty() ? "forced close" : reason);
    }
    void pause() override { session_->pause(); }
    void resume() override { session_->resume(); }

    std::shared_ptr<RawClient> client_;
    EngineSession* session_ = nullptr;
};

}  // namespace

/// A raw socket's messages as those of a WebSocket.
class RawEndpoint::OverWebSocket final : public WebSocket::User, private RawChannel {
public:
    OverWebSocket(Channels& all, std::shared_ptr<RawClient> client, std::unique_ptr<WebSocket> socket)
        : all_(all), client_(std::move(client)), socket_(std::move(socket)) {}

    void start(std::string_view handshake) {
        socket_->start(*this, handshake);
        client_->opened(*this);
    }
    void on_message(bool is_text, std::string_view bytes) override { client_->received(bytes, is_text); }
    void on_gone(std::uint16_t, std::string_view reason) override { close(1000, reason); }

    void close(std::uint16_t code, std::string_view reason) override {
        if (!socket_) return;
        const std::string why(reason);
        WebSocket::close(std::move(socket_), code, why);
        client_->closed(why);
        const auto self = all_.find(this);
        client_->home().bury(std::move(self->second));
        all_.erase(self);
    }

private:
    void send(std::string_view bytes, bool is_text) override {
        if (socket_->unsent() > client_->home().settings.max_outbox) {
            SocketFigures::add(client_->home().figures.closed_slow);
            return close(1008, "slow reader");
        }
        socket_->send_message(is_text, bytes);
    }
    void pause() override { socket_->pause(); }
    void resume() override { socket_->resume(); }

    Channels& all_;
    std::shared_ptr<RawClient> client_;
    std::unique_ptr<WebSocket> socket_;
};

RawEndpoint::RawEndpoint(const SocketSettings& settings, const RawEntry& entry, const Log& log)
    : settings_(settings), entry_(entry), log_(log) {
    if (!entry.declaration->speaks_engine_io) return;
    engine_ = std::make_unique<EngineEndpoint>(settings_, [this](SocketLoop& home, Arrival arrival) {
        return std::make_unique<OverEngine>(
            std::make_shared<RawClient>(home, entry_, log_, std::move(arrival)));
    });
}

RawEndpoint::~RawEndpoint() = default;

http::Keeper& RawEndpoint::keeper() {
    if (engine_) return *engine_;
    return *this;
}

void RawEndpoint::attach(const std::vector<std::unique_ptr<SocketLoop>>& loops) {
    loops_ = &loops;
    channels_.resize(loops.size());
    if (engine_) engine_->attach(loops);
}

void RawEndpoint::close_all(SocketLoop& home, std::string_view reason) {
    if (engine_) return engine_->close_all(home, reason);
    Channels& all = channels_[home.number];
    while (!all.empty()) all.begin()->second->close(1001, reason);
}

void RawEndpoint::keep(http::KeptRequest request) {
    const RawDeclaration& route = *entry_.declaration;
    if (!is_web_socket_request(request.request())) {
        Response response = Response::text("This address speaks WebSocket.");
        response.set_status(426);
        response.set_header("Upgrade", "websocket");
        return request.answer(std::move(response));
    }
    const std::vector<std::string_view> protocols(route.subprotocols.begin(), route.subprotocols.end());
    const WebSocketHandshake handshake =
        answer_web_socket(request.request(), {.subprotocols = protocols, .deflate = settings_.compression});
    if (handshake.status != 101) return request.answer(refuse_web_socket(handshake));
    auto arrival = std::make_shared<Arrival>(arrival_of(request, settings_));
    if (route.requires_user && !arrival->user)
        throw Error(Code::forbidden, "Pages of other origins may not use your cookies here.");
    request.exchange().take_over([this, arrival, handshake](http::TakenConnection taken) {
        for (const auto& home : *loops_) {
            if (&home->loop != taken.loop) continue;
            const std::uint64_t most =
                entry_.declaration->max_message > 0 ? entry_.declaration->max_message : settings_.max_payload;
            auto client = std::make_shared<RawClient>(*home, entry_, log_, std::move(*arrival));
            auto socket = std::make_unique<WebSocket>(*home, std::move(taken), most, handshake.deflate);
            Channels& all = channels_[home->number];
            auto channel = std::make_unique<OverWebSocket>(all, std::move(client), std::move(socket));
            OverWebSocket& made = *channel;
            all.emplace(&made, std::move(channel));
            return made.start(handshake.text);
        }
    });
}

}  // namespace mortise::socket
