// SPDX-License-Identifier: Apache-2.0
#include "socket_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <mortise/request.h>

#include "client_frames.h"

using namespace mortise;

namespace socket_tests {

namespace {

constexpr auto patience = 30s;

}  // namespace

Workers::Workers(std::size_t threads) {
    for (std::size_t count = 0; count < threads; ++count) threads_.emplace_back([this] { work(); });
}

void Workers::finish() {
    {
        const std::scoped_lock lock(mutex_);
        is_over_ = true;
    }
    changed_.notify_all();
    threads_.clear();
}

bool Workers::submit(std::function<void()> task) {
    {
        const std::scoped_lock lock(mutex_);
        if (is_over_) return false;
        tasks_.push_back(std::move(task));
    }
    changed_.notify_one();
    return true;
}

void Workers::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return is_over_ || !tasks_.empty(); });
        if (tasks_.empty()) return;
        auto task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task();
        task = nullptr;
        lock.lock();
    }
}

Identified NamedIdentity::identify(const Request& request) const {
    const std::string_view token = request.header("authorization");
    if (token.starts_with("Bearer ")) return identify_token(token.substr(7));
    const auto cookie = request.cookie("token");
    return cookie ? identify_token(*cookie) : Identified{};
}

Identified NamedIdentity::identify_token(std::string_view token) const {
    const auto colon = token.find(':');
    if (colon == std::string_view::npos) return {nullptr, "malformed"};
    User user;
    user.id = token.substr(0, colon);
    user.role = "user";
    user.session_id = token.substr(colon + 1);
    user.expires_at = Time::max();
    return {std::make_shared<const User>(std::move(user)), {}};
}

Server::Server(socket::SocketSettings settings, std::size_t loops, const Clock* clock)
    : hub(std::move(settings), clock != nullptr ? *clock : real_clock, Log()),
      clock_(clock != nullptr ? *clock : real_clock),
      loops_(loops, clock) {}

void Server::start() {
    table_ = std::make_unique<socket::SocketTable>(std::vector<socket::SocketSource>{{&plugin, &workers}},
                                                   &limiter);
    hub.open(*table_, &identity, events);
    routes_ = std::make_unique<http::RouteTable>(std::vector<http::RouteSource>{{&hub.routes()}},
                                                 http::BreakerFactory(), http::Aliases(), &limiter);
    http::ApplicationParts parts{*routes_, clock_};
    parts.phases.identity = &identity;
    application_ = std::make_unique<http::Application>(http::ApplicationSettings{}, std::move(parts));
    loops_.start();
    hub.attach(loops_);
    wire_ = std::make_unique<http::Wire>(loops_, *application_, http::WireSettings{});
    const std::string address = wire_->listen(net::ListenAddress::parse("127.0.0.1:0"));
    port_ = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
}

void Server::stop() {
    if (!wire_) return;
    wire_->drain();
    hub.close_all("server shutting down");
    wire_->stop();
    workers.finish();
    limiter.stop();
    hub.detach();
    wire_.reset();
    loops_.stop();
}

void Server::settle() {
    for (int round = 0; round < 3; ++round) loops_.on_each([](std::size_t, net::EventLoop&) {});
}

std::uint64_t Server::sessions() const {
    return hub.figures().sessions_opened - hub.figures().sessions_closed;
}

std::uint64_t Server::sockets() const {
    return hub.figures().sockets_connected - hub.figures().sockets_disconnected;
}

bool wait_until(const std::function<bool()>& holds) {
    for (int count = 0; count < 60'000; ++count) {
        if (holds()) return true;
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

Line::Line(std::uint16_t port, int receive_buffer) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0)
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Thrown, not asserted: clients live on threads of their own, which Catch2 can't bear.
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
        throw std::system_error(errno, std::generic_category(), "connect");
}

void Line::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;  // the server has closed: who reads will see it
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool Line::has_more(std::chrono::milliseconds wait) const {
    pollfd waiting{socket_.get(), POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(wait.count())) == 1;
}

bool Line::receive() {
    if (!has_more(patience)) throw std::runtime_error("the server sends nothing and does not close");
    char bytes[65536];
    const auto got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    buffer.append(bytes, static_cast<std::size_t>(got));
    return true;
}

void Line::finish_sending() const {
    ::shutdown(socket_.get(), SHUT_WR);
}

void Line::cut() {
    const linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_.reset();
}

Answer answer_on(Line& line) {
    Answer answer;
    std::size_t end = 0;
    while ((end = line.buffer.find("\r\n\r\n")) == std::string::npos)
        if (!line.receive()) return answer;
    answer.head = line.buffer.substr(0, end + 2);
    line.buffer.erase(0, end + 4);
    std::size_t length = 0;
    if (const auto place = answer.head.find("Content-Length: "); place != std::string::npos)
        length = std::stoul(answer.head.substr(place + 16));
    while (line.buffer.size() < length)
        if (!line.receive()) return answer;
    answer.body = line.buffer.substr(0, length);
    line.buffer.erase(0, length);
    answer.status = std::stoi(answer.head.substr(9, 3));
    return answer;
}

Answer request(std::uint16_t port, std::string_view method, std::string_view target, std::string_view body,
               std::string_view headers) {
    Line line(port);
    std::string head(method);
    head.append(" ").append(target).append(" HTTP/1.1\r\nHost: here\r\nConnection: close\r\n");
    if (method == "POST") head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    head.append(headers).append("\r\n").append(body);
    line.send(head);
    return answer_on(line);
}

struct WebClient::Message {
    int opcode;
    std::string payload;
};

WebClient::WebClient(std::uint16_t port, std::string_view target, std::string_view headers, int buffer)
    : line(port, buffer) {
    std::string head = "GET ";
    head.append(target).append(" HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
    head += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    head.append(headers).append("\r\n");
    line.send(head);
    handshake = answer_on(line);
}

void WebClient::send(std::string_view text) const {
    line.send(client_frames::text(text));
}

std::optional<WebClient::Message> WebClient::take() {
    const std::string& bytes = line.buffer;
    const auto byte = [&](std::size_t place) { return static_cast<unsigned char>(bytes[place]); };
    if (bytes.size() < 2) return std::nullopt;
    std::size_t head = 2;
    std::size_t length = byte(1);
    if (length >= 126) {
        const std::size_t digits = length == 126 ? 2 : 8;
        head += digits;
        if (bytes.size() < head) return std::nullopt;
        length = 0;
        for (std::size_t place = 2; place < head; ++place) length = length << 8 | byte(place);
    }
    if (bytes.size() < head + length) return std::nullopt;
    Message message{byte(0) & 0x0F, bytes.substr(head, length)};
    line.buffer.erase(0, head + length);
    return message;
}

std::optional<std::string> WebClient::read() {
    while (true) {
        auto message = take();
        if (!message) {
            if (!line.receive()) return std::nullopt;
        } else if (message->opcode == 8) {
            const std::string& payload = message->payload;
            close_code = payload.size() < 2 ? 1005
                                            : static_cast<unsigned char>(payload[0]) << 8 |
                                                  static_cast<unsigned char>(payload[1]);
            if (payload.size() > 2) close_reason = payload.substr(2);
            return std::nullopt;
        } else if (message->opcode == 1 && message->payload == "2" && answers_pings) {
            send("3");
        } else if (message->opcode <= 2) {
            return std::move(message->payload);
        }
    }
}

bool WebClient::has_more() {
    return !line.buffer.empty() || line.has_more();
}

int WebClient::closed_with() {
    while (read()) {
    }
    return close_code;
}

PollClient::PollClient(std::uint16_t port, std::string_view version) : port_(port), version_(version) {
    const auto answer = request(port_, "GET", "/socket.io/?EIO=" + version_ + "&transport=polling");
    const std::string_view mark = R"("sid":")";
    const auto place = answer.body.find(mark);
    if (place == std::string::npos) throw std::runtime_error("no session: " + answer.body);
    sid = answer.body.substr(place + mark.size(), 20);
}

std::string PollClient::target(std::string_view transport) const {
    return "/socket.io/?EIO=" + version_ + "&transport=" + std::string(transport) + "&sid=" + sid;
}

std::vector<std::string> PollClient::poll() {
    const auto answer = request(port_, "GET", target());
    std::vector<std::string> packets;
    if (answer.status != 200) return packets;
    std::string_view rest = answer.body;
    while (true) {
        const auto end = rest.find('\x1e');
        const std::string_view packet = rest.substr(0, end);
        if (packet == "2")
            post("3");
        else
            packets.emplace_back(packet);
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    return packets.empty() ? poll() : packets;
}

int PollClient::post(std::string_view payload) {
    return request(port_, "POST", target(), payload, "Content-Type: text/plain\r\n").status;
}

Json event_in(std::string_view packet) {
    if (!packet.starts_with("42[")) return nullptr;
    return parse_json(packet.substr(2));
}

}  // namespace socket_tests
