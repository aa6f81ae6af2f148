// SPDX-License-Identifier: Apache-2.0
#include "service/redis/connection.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <vector>

#include "service/outgoing_socket.h"

namespace mortise::service {

namespace {

namespace net = Poco::Net;
using std::chrono::steady_clock;

Poco::Timespan timespan(std::chrono::milliseconds time) {
    return {std::chrono::microseconds(time).count()};
}

net::StreamSocket connected(const RedisSettings& settings, DeadlineWatch& watch,
                            steady_clock::time_point deadline) {
    const RedisAddress& address = settings.address;
    net::StreamSocket socket;
    if (address.path.empty()) {
        socket = connect_to(address.host, address.port, settings.connect_timeout);
        socket.setKeepAlive(true);
    } else {
        socket.connect(net::SocketAddress(net::SocketAddress::UNIX_LOCAL, address.path),
                       timespan(settings.connect_timeout));
    }
    // Each wait for bytes; the deadline of a reply bounds their sum.
    socket.setReceiveTimeout(timespan(settings.timeout));
    socket.setSendTimeout(timespan(settings.timeout));
    if (!address.tls) return socket;
    const auto shaking_hands = watch.watch(socket.impl()->sockfd(), deadline);
    const RedisSettings::Tls& tls = settings.tls;
    return secure(socket, address.host, make_client_context(tls.authorities, tls.certificate, tls.key));
}

}  // namespace

class RedisConnection::Wire {
public:
    explicit Wire(const net::StreamSocket& socket) : socket_(socket) {}

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const int sent = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()), MSG_NOSIGNAL);
            if (sent <= 0) throw RedisLost("the connection was closed");
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    std::size_t receive(std::span<char> room) {
        const int size = socket_.receiveBytes(room.data(), static_cast<int>(room.size()));
        if (size <= 0) throw RedisLost("the connection was closed");
        return static_cast<std::size_t>(size);
    }
    int descriptor() const noexcept { return socket_.impl()->sockfd(); }

private:
    net::StreamSocket socket_;
};

// Poco throws of its own kind; whoever asked for Redis wants to hear of Redis.
template <class Talk>
auto RedisConnection::guarded(Talk talk) {
    try {
        return talk();
    } catch (const Poco::TimeoutException&) {
        is_broken_ = true;
        throw RedisLost("it was silent for too long");
    } catch (const Poco::Exception& fault) {
        is_broken_ = true;
        throw RedisLost(fault.displayText());
    } catch (const std::exception& fault) {
        is_broken_ = true;
        throw RedisLost(fault.what());
    }
}

RedisConnection::RedisConnection(const RedisSettings& settings, DeadlineWatch& watch)
    : reader_([this](std::span<char> room) { return fetch(room); }) {
    guarded([&] {
        const Moment deadline = steady_clock::now() + settings.connect_timeout;
        wire_ = std::make_unique<Wire>(connected(settings, watch, deadline));
        sign_in(settings, deadline);
    });
}

RedisConnection::~RedisConnection() = default;

void RedisConnection::send(std::string_view commands) {
    guarded([&] { wire_->send(commands); });
}

RedisReply RedisConnection::receive(Moment deadline) {
    deadline_ = deadline;
    return guarded([&] { return reader_.read(); });
}

bool RedisConnection::usable() const noexcept {
    char byte = 0;
    return ::recv(descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

int RedisConnection::descriptor() const noexcept {
    return wire_->descriptor();
}

std::size_t RedisConnection::fetch(std::span<char> room) {
    if (steady_clock::now() >= deadline_) throw Poco::TimeoutException();
    return wire_->receive(room);
}

// The name shows in CLIENT LIST; an account that may not set it loses nothing.
void RedisConnection::sign_in(const RedisSettings& settings, Moment deadline) {
    const RedisAddress& address = settings.address;
    const std::string database = std::to_string(address.database);
    std::vector<std::vector<std::string_view>> commands;
    if (!address.user.empty()) {
        commands.push_back({"AUTH", address.user, address.password});
    } else if (!address.password.empty()) {
        commands.push_back({"AUTH", address.password});
    }
    if (address.database != 0) commands.push_back({"SELECT", database});
    const std::size_t needed = commands.size();
    commands.push_back({"CLIENT", "SETNAME", "mortise"});
    std::string bytes;
    for (const auto& command : commands) append_command(bytes, command);
    wire_->send(bytes);
    deadline_ = deadline;
    for (std::size_t number = 0; number < commands.size(); ++number) {
        const RedisReply reply = reader_.read();
        const auto* failure = reply.failure();
        if (failure && (number < needed || failure->text.starts_with("NOAUTH")))
            throw RedisLost("it refuses us: " + failure->text);
    }
}

}  // namespace mortise::service
