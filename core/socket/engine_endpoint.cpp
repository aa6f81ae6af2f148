// SPDX-License-Identifier: Apache-2.0
#include "socket/engine_endpoint.h"

#include <algorithm>
#include <array>
#include <utility>

#include <mortise/response.h>
#include <mortise/text.h>

#include "socket/engine_refusal.h"
#include "socket/web_socket_handshake.h"

namespace mortise::socket {

namespace {

// Behind a proxy that rewrites Host the browser's own word still tells; no script can set it.
bool is_foreign(const Request& request, const std::vector<std::string>& allowed) {
    const std::string_view origin = request.header("origin");
    if (origin.empty() || request.header("sec-fetch-site") == "same-origin") return false;
    const std::string_view host = request.header("host");
    const auto scheme_end = origin.find("://");
    const bool is_ours =
        scheme_end != std::string_view::npos && equals_ignoring_case(origin.substr(scheme_end + 3), host);
    return !is_ours && !contains(allowed, origin);
}

bool is_own_parameter(std::string_view name) {
    constexpr std::array<std::string_view, 6> own{"EIO", "transport", "sid", "t", "j", "b64"};
    return std::ranges::find(own, name) != own.end();
}

}  // namespace

Arrival arrival_of(const http::KeptRequest& asked, const SocketSettings& settings) {
    const Request& request = asked.request();
    Arrival arrival;
    Handshake& handshake = arrival.handshake;
    handshake.auth = JsonObject();
    handshake.client_address = request.client_address();
    handshake.origin = request.header("origin");
    handshake.user_agent = request.header("user-agent");
    handshake.is_secure = request.is_secure();
    handshake.at = std::chrono::time_point_cast<Time::duration>(std::chrono::system_clock::now());
    request.query("");  // decodes all of them
    if (const auto& pairs = request.parts().query_pairs)
        for (const auto& pair : *pairs)
            if (!is_own_parameter(pair.first)) handshake.query.push_back(pair);
    arrival.user = request.parts().user;
    arrival.identity_fault = asked.exchange().chain().identity_fault;
    const bool is_by_cookie = arrival.user && !request.has_header("authorization");
    if (is_by_cookie && is_foreign(request, settings.cookie_origins)) {
        arrival.user = nullptr;
        arrival.identity_fault = "foreign origin";
    }
    return arrival;
}

struct EngineEndpoint::Asked {
    bool wants_upgrade;
    std::string_view transport, sid, version;
};

/// The sessions of one loop. Belongs to its thread.
class EngineEndpoint::Table final : public SessionKeeper {
public:
    Table(SocketLoop& its_home, std::atomic<std::size_t>& open) : home(its_home), open_(open) {}

    EngineSession& make(EngineVersion version, std::unique_ptr<SessionUser> user) {
        auto session = std::make_unique<EngineSession>(home, *this, home.make_id(), version, std::move(user));
        EngineSession& made = *session;
        sessions_.emplace(made.id(), std::move(session));
        open_.fetch_add(1, std::memory_order_relaxed);
        SocketFigures::add(home.figures.sessions_opened);
        return made;
    }
    EngineSession* find(std::string_view sid) const {
        const auto found = sessions_.find(sid);
        return found == sessions_.end() ? nullptr : found->second.get();
    }
    void session_closed(EngineSession& session) override {
        const auto found = sessions_.find(session.id());
        auto closed = std::move(found->second);
        sessions_.erase(found);
        home.bury(std::move(closed));
        open_.fetch_sub(1, std::memory_order_relaxed);
        SocketFigures::add(home.figures.sessions_closed);
    }
    void close_all(std::string_view reason) {
        while (!sessions_.empty()) sessions_.begin()->second->close(reason);
    }

    SocketLoop& home;

private:
    std::atomic<std::size_t>& open_;
    std::unordered_map<std::string_view, std::unique_ptr<EngineSession>>
        sessions_;  // views the sessions' ids
};

EngineEndpoint::EngineEndpoint(const SocketSettings& settings, MakeUser make_user)
    : settings_(settings), make_user_(std::move(make_user)) {}

EngineEndpoint::~EngineEndpoint() = default;

void EngineEndpoint::attach(const std::vector<std::unique_ptr<SocketLoop>>& loops) {
    tables_.clear();
    for (const auto& loop : loops) tables_.push_back(std::make_unique<Table>(*loop, open_));
}

void EngineEndpoint::close_all(SocketLoop& home, std::string_view reason) {
    tables_[home.number]->close_all(reason);
}

void EngineEndpoint::keep(http::KeptRequest request) {
    const Request& asked_for = request.request();
    const Asked asked{is_web_socket_request(asked_for), asked_for.query("transport").value_or(""),
                      asked_for.query("sid").value_or(""), asked_for.query("EIO").value_or("")};
    if (!asked_for.path().ends_with('/'))
        throw Error(Code::not_found, "There is nothing at this path.");  // as the reference has it
    const bool is_known_transport = (asked.transport == "polling" && settings_.polling) ||
                                    (asked.transport == "websocket" && settings_.websocket);
    if (!is_known_transport) return request.answer(engine_refusal(EngineRefusal::unknown_transport));
    if ((asked.transport == "websocket") != asked.wants_upgrade)
        return request.answer(engine_refusal(EngineRefusal::bad_request));
    if (asked.sid.empty()) return keep_new(std::move(request), asked);
    keep_known(std::move(request), asked);
}

void EngineEndpoint::keep_new(http::KeptRequest request, const Asked& asked) {
    if (request.request().method() != Method::get)
        return request.answer(engine_refusal(EngineRefusal::bad_method));
    const bool is_v4 = asked.version == "4";
    if (!is_v4 && !(asked.version == "3" && settings_.allow_eio3))
        return request.answer(engine_refusal(EngineRefusal::unsupported_version));
    const EngineVersion version = is_v4 ? EngineVersion::v4 : EngineVersion::v3;
    Table* table = table_here(request.exchange());
    if (table == nullptr || sessions() >= settings_.max_sessions) return request.answer(Response::empty(503));
    if (asked.wants_upgrade) return open_web_socket(*table, std::move(request), version);
    EngineSession& session = table->make(version, make_user_(table->home, arrival_of(request, settings_)));
    session.open_polling(std::move(request));
}

void EngineEndpoint::open_web_socket(Table& table, http::KeptRequest request, EngineVersion version) {
    WebSocketHandshake handshake =
        answer_web_socket(request.request(), {.subprotocols = {}, .deflate = settings_.compression});
    if (handshake.status != 101) return request.answer(refuse_web_socket(handshake));
    auto arrival = std::make_shared<Arrival>(arrival_of(request, settings_));
    request.exchange().take_over([this, &table, version, arrival, handshake](http::TakenConnection taken) {
        auto socket = std::make_unique<WebSocket>(table.home, std::move(taken), settings_.max_payload,
                                                  handshake.deflate);
        EngineSession& session = table.make(version, make_user_(table.home, std::move(*arrival)));
        session.open_web_socket(std::move(socket), handshake.text);
    });
}

void EngineEndpoint::keep_known(http::KeptRequest request, const Asked& asked) {
    Table* table = table_of(asked.sid);
    if (table == nullptr) return request.answer(engine_refusal(EngineRefusal::unknown_session));
    std::string sid(asked.sid);
    if (asked.wants_upgrade) return keep_probe(std::move(request), *table, sid);
    const Method method = request.request().method();
    if (method != Method::get && method != Method::post)
        return request.answer(engine_refusal(EngineRefusal::bad_request));

    const std::uint64_t ticket = last_ticket_.fetch_add(1, std::memory_order_relaxed) + 1;
    if (method == Method::get)
        request.exchange().on_abandoned([table, sid, ticket] {
            table->home.loop.post([table, sid, ticket] {
                if (EngineSession* session = table->find(sid)) session->poll_aborted(ticket);
            });
        });
    auto deliver = [table, sid = std::move(sid), ticket, method, request = std::move(request)]() mutable {
        EngineSession* session = table->find(sid);
        if (session == nullptr) return request.answer(engine_refusal(EngineRefusal::unknown_session));
        if (!session->is_polling()) return request.answer(engine_refusal(EngineRefusal::bad_request));
        if (method == Method::get)
            session->poll(std::move(request), ticket);
        else
            session->post(std::move(request));
    };
    if (table->home.loop.in_loop()) return deliver();
    table->home.loop.post(std::move(deliver));
}

// The session is asked first, on its own loop: a client that is refused gets its answer as HTTP.
void EngineEndpoint::keep_probe(http::KeptRequest request, Table& table, const std::string& sid) {
    WebSocketHandshake handshake =
        answer_web_socket(request.request(), {.subprotocols = {}, .deflate = settings_.compression});
    if (handshake.status != 101) return request.answer(refuse_web_socket(handshake));
    auto adopt = [this, &table, sid, handshake](http::TakenConnection taken) {
        auto kept = std::make_shared<http::TakenConnection>(std::move(taken));
        const auto probe = [this, &table, sid, handshake, kept] {
            EngineSession* session = table.find(sid);
            if (session == nullptr || !session->is_polling()) return;  // closed meanwhile
            session->probe(std::make_unique<WebSocket>(table.home, std::move(*kept), settings_.max_payload,
                                                       handshake.deflate),
                           handshake.text);
        };
        if (table.home.loop.in_loop()) return probe();
        table.home.loop.post(probe);
    };
    const auto ask = [&table, sid, request, adopt = std::move(adopt)]() mutable {
        EngineSession* session = table.find(sid);
        const auto why = session == nullptr ? EngineRefusal::unknown_session : EngineRefusal::bad_request;
        if (session == nullptr || !session->is_polling()) return request.answer(engine_refusal(why));
        http::Exchange& exchange = request.exchange();
        if (exchange.on_loop_thread()) return exchange.take_over(adopt);
        exchange.post([request, adopt] { request.exchange().take_over(adopt); });
    };
    auto asking = ask;
    if (table.home.loop.in_loop()) return asking();
    table.home.loop.post(std::move(asking));
}

EngineEndpoint::Table* EngineEndpoint::table_here(http::Exchange& exchange) const {
    for (const auto& table : tables_)
        if (&table->home.loop == exchange.loop()) return table.get();
    return nullptr;
}

EngineEndpoint::Table* EngineEndpoint::table_of(std::string_view sid) const {
    const auto number = loop_of_id(sid);
    return number && *number < tables_.size() ? tables_[*number].get() : nullptr;
}

}  // namespace mortise::socket
