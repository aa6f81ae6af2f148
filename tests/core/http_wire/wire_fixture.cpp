// SPDX-License-Identifier: Apache-2.0
#include "wire_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <condition_variable>
#include <stdexcept>
#include <system_error>

#include <mortise/text.h>

using namespace mortise;

TestService::TestService() {
    on("/", [](const ExchangePtr& exchange) { exchange->respond(Response::text("hello")); });
    on("/ignore", [](const ExchangePtr& exchange) { exchange->respond(Response::text("ignored")); });
    on("/echo", [](const ExchangePtr& exchange) {
        exchange->collect_body(1024 * 1024, [e = exchange.get()] {
            e->respond(Response::bytes("application/octet-stream", std::string(e->request().body())));
        });
    });
    on("/small", [](const ExchangePtr& exchange) {
        exchange->collect_body(
            10, [e = exchange.get()] { e->respond(Response::text(std::string(e->request().body()))); });
    });
    on("/worker", [this](const ExchangePtr& exchange) {
        run([exchange] { exchange->respond(Response::text("from a worker")); });
    });
}

void TestService::run(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    workers_.emplace_back(std::move(task));
}

void TestService::join() {
    for (;;) {
        std::vector<std::jthread> workers;
        {
            const std::lock_guard lock(mutex_);
            workers.swap(workers_);
        }
        if (workers.empty()) return;
    }
}

std::vector<Finished> TestService::finished() const {
    const std::lock_guard lock(mutex_);
    return finished_;
}

void TestService::wait_for_finished(std::size_t count) const {
    for (int i = 0; i < 10'000 && finished().size() < count; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    REQUIRE(finished().size() >= count);
}

void TestService::handle(const ExchangePtr& exchange) {
    const auto found = handlers_.find(exchange->request().path());
    if (found == handlers_.end()) return exchange->respond(refuse(404, "no such path", &exchange->parts()));
    found->second(exchange);
}

Response TestService::refuse(int status, std::string_view detail, const RequestParts*) {
    return Response::bytes("application/problem+json", R"({"detail":")" + std::string(detail) + R"("})",
                           status);
}

bool TestService::run_blocking(http::Exchange&, std::function<void()> task) {
    if (!has_workers) return false;
    run(std::move(task));
    return true;
}

void TestService::finished(const RequestParts& parts, int status, std::uint64_t body_bytes,
                           std::chrono::steady_clock::duration) {
    const std::lock_guard lock(mutex_);
    finished_.push_back({std::string(parts.path), status, body_bytes});
}

std::string Answer::header(std::string_view name) const {
    std::string_view lines = head;
    while (!lines.empty()) {
        auto line = take_until(lines, '\n');
        const auto key = take_until(line, ':');
        if (equals_ignoring_case(key, name)) {
            line = trim(line);
            return std::string(line.ends_with('\r') ? trim(line.substr(0, line.size() - 1)) : line);
        }
    }
    return {};
}

Client::Client(std::uint16_t port, int receive_buffer) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0)
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Thrown, not asserted: clients are made on threads of their own, which Catch2 can't bear.
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
        throw std::system_error(errno, std::generic_category(), "connect");
}

void Client::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;  // the server has closed: the test sees it when it reads
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void Client::finish_sending() const {
    ::shutdown(socket_.get(), SHUT_WR);
}

void Client::reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_.reset();
}

bool Client::receive() {
    pollfd waiting{socket_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, 10'000) != 1)
        throw std::runtime_error("the server sends nothing and does not close; so far: " + buffer_);
    char bytes[65536];
    const auto got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return true;
}

Answer Client::answer(bool to_head) {
    Answer answer;
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!receive()) return answer;
    }
    answer.head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    answer.status = std::stoi(answer.head.substr(9, 3));
    if (to_head || answer.status == 304 || answer.status == 204 || answer.status < 200) return answer;
    if (answer.header("transfer-encoding") == "chunked") {
        for (;;) {
            while ((end = buffer_.find("\r\n")) == std::string::npos) {
                if (!receive()) return answer.status = 0, answer;
            }
            const auto length = std::stoul(buffer_.substr(0, end), nullptr, 16);
            while (buffer_.size() < end + 2 + length + 2) {
                if (!receive()) return answer.status = 0, answer;
            }
            answer.body += buffer_.substr(end + 2, length);
            buffer_.erase(0, end + 2 + length + 2);
            if (length == 0) return answer;
        }
    }
    if (answer.header("content-length").empty()) {
        answer.body = rest();
        return answer;
    }
    const auto length = std::stoul(answer.header("content-length"));
    while (buffer_.size() < length) {
        if (!receive()) return answer.status = 0, answer;
    }
    answer.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return answer;
}

std::string Client::rest() {
    while (receive()) {
    }
    return std::exchange(buffer_, {});
}

Server::Server(http::WireSettings settings, std::size_t count, const Clock* clock)
    : loops(count, clock), wire((loops.start(), loops), service, settings) {
    const auto address = wire.listen(net::ListenAddress::parse("127.0.0.1:0"));
    port_ = static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
}

Server::~Server() {
    wire.stop();
    service.join();
    loops.stop();
}

void Server::settle() {
    loops.on_each([](std::size_t, net::EventLoop&) {});
    loops.on_each([](std::size_t, net::EventLoop&) {});
}

std::string get(std::string_view path, std::string_view lines) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(lines) + "\r\n";
}

std::string post(std::string_view path, std::string_view body, std::string_view lines) {
    return "POST " + std::string(path) +
           " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(lines) + "\r\n" + std::string(body);
}
