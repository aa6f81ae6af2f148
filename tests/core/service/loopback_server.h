// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace mortise::tests {

/// A server of the test's own on 127.0.0.1: runs the conversation for each connection, on a thread each.
/// What the conversation throws ends its connection only.
class LoopbackServer {
public:
    using Conversation = std::function<void(Poco::Net::StreamSocket& socket, int number)>;

    explicit LoopbackServer(Conversation conversation, Poco::Net::Context::Ptr tls = {})
        : conversation_(std::move(conversation)),
          tls_(std::move(tls)),
          listening_(Poco::Net::SocketAddress("127.0.0.1", 0)),
          port_(listening_.address().port()),
          acceptor_([this] { accept(); }) {
        std::signal(SIGPIPE, SIG_IGN);
    }
    ~LoopbackServer() {
        stopping_ = true;
        Poco::Net::StreamSocket(Poco::Net::SocketAddress("127.0.0.1", port_)).close();
        acceptor_.join();
        {
            const std::lock_guard lock(mutex_);
            for (auto& socket : sockets_) ::shutdown(socket.impl()->sockfd(), SHUT_RDWR);
        }
        for (auto& thread : threads_) thread.join();
    }
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    std::uint16_t port() const { return port_; }
    int connections() const { return connections_; }

private:
    void accept() {
        while (true) {
            Poco::Net::StreamSocket socket = listening_.acceptConnection();
            if (stopping_) return;
            const std::lock_guard lock(mutex_);
            sockets_.push_back(socket);
            threads_.emplace_back(
                [this, socket, number = ++connections_]() mutable { talk(socket, number); });
        }
    }
    void talk(Poco::Net::StreamSocket& socket, int number) {
        try {
            if (tls_) {
                Poco::Net::StreamSocket secured = Poco::Net::SecureStreamSocket::attach(socket, tls_);
                conversation_(secured, number);
            } else {
                conversation_(socket, number);
            }
        } catch (const std::exception&) {
        }
        ::shutdown(socket.impl()->sockfd(), SHUT_RDWR);
    }

    Conversation conversation_;
    Poco::Net::Context::Ptr tls_;
    Poco::Net::ServerSocket listening_;
    const std::uint16_t port_;
    std::atomic<bool> stopping_ = false;
    std::atomic<int> connections_ = 0;
    std::mutex mutex_;
    std::vector<Poco::Net::StreamSocket> sockets_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

/// Reads to the end of `mark`; throws when the connection ends before.
inline std::string read_until(Poco::Net::StreamSocket& socket, const std::string& mark) {
    std::string text;
    while (!text.ends_with(mark)) {
        char letter = 0;
        if (socket.receiveBytes(&letter, 1) != 1) throw std::runtime_error("the peer is gone");
        text += letter;
    }
    return text;
}

inline void say(Poco::Net::StreamSocket& socket, const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();)
        sent += static_cast<std::size_t>(
            socket.sendBytes(text.data() + sent, static_cast<int>(text.size() - sent)));
}

}  // namespace mortise::tests
