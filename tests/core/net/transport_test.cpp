// SPDX-License-Identifier: Apache-2.0
#include "net/transport.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>
#include <future>
#include <thread>

#include "certificate.h"

using mortise::net::Descriptor;
using mortise::net::Moved;
using mortise::net::TlsContext;
using mortise::net::Transport;
using State = Moved::State;

namespace {

struct Pair {
    Descriptor server;
    Descriptor client;
    Pair() {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
        server = Descriptor(ends[0]);
        client = Descriptor(ends[1]);
        REQUIRE(::fcntl(server.get(), F_SETFL, O_NONBLOCK) == 0);
    }
};

/// A blocking TLS client over one end of a pair.
class Client {
public:
    explicit Client(Descriptor socket, const char* alpn = nullptr, int highest = 0, int lowest = 0)
        : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free), socket_(std::move(socket)) {
        if (highest != 0) SSL_CTX_set_max_proto_version(context_.get(), highest);
        if (lowest != 0) SSL_CTX_set_min_proto_version(context_.get(), lowest);
        SSL_CTX_set_security_level(context_.get(), 0);
        ssl_.reset(SSL_new(context_.get()));
        if (alpn != nullptr) {
            SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(alpn),
                                static_cast<unsigned>(std::strlen(alpn)));
        }
        SSL_set_fd(ssl_.get(), socket_.get());
    }
    bool connect() { return SSL_connect(ssl_.get()) == 1; }
    void write(std::string_view text) {
        std::size_t written = 0;
        while (!text.empty() && SSL_write_ex(ssl_.get(), text.data(), text.size(), &written) == 1)
            text.remove_prefix(written);
    }
    std::string read(std::size_t length) {
        std::string text(length, '\0');
        std::size_t filled = 0;
        std::size_t got = 0;
        while (filled < length && SSL_read_ex(ssl_.get(), text.data() + filled, length - filled, &got) == 1)
            filled += got;
        text.resize(filled);
        return text;
    }
    void close() { SSL_shutdown(ssl_.get()); }
    std::string protocol() const {
        const unsigned char* name = nullptr;
        unsigned length = 0;
        SSL_get0_alpn_selected(ssl_.get(), &name, &length);
        return {reinterpret_cast<const char*>(name), length};
    }
    std::string version() const { return SSL_get_version(ssl_.get()); }
    std::string server_name() const {
        const std::unique_ptr<X509, decltype(&X509_free)> x509(SSL_get1_peer_certificate(ssl_.get()),
                                                               X509_free);
        char name[64] = "";
        X509_NAME_get_text_by_NID(X509_get_subject_name(x509.get()), NID_commonName, name, sizeof name);
        return name;
    }

private:
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, SSL_free};
    Descriptor socket_;
};

void wait_for(const Transport& transport, short events) {
    pollfd waiting{transport.descriptor(), events, 0};
    ::poll(&waiting, 1, -1);
}

/// Receives, waiting as a loop would, until `length` bytes have come or the stream ends.
std::string receive(Transport& transport, std::size_t length, State* end = nullptr) {
    std::string text(length, '\0');
    std::size_t filled = 0;
    while (filled < length) {
        const auto moved = transport.receive({text.data() + filled, length - filled});
        filled += moved.bytes;
        if (moved.state == State::again) wait_for(transport, POLLIN);
        if (moved.state == State::closed || moved.state == State::failed) {
            if (end != nullptr) *end = moved.state;
            break;
        }
    }
    text.resize(filled);
    return text;
}

}  // namespace

TEST_CASE("a plain transport receives, sends, and tells the end") {
    Pair pair;
    Transport transport(std::move(pair.server));
    char bytes[16];
    CHECK(transport.receive(bytes).state == State::again);
    REQUIRE(::send(pair.client.get(), "hello", 5, 0) == 5);
    CHECK(receive(transport, 5) == "hello");
    const iovec pieces[2] = {{const_cast<char*>("ab"), 2}, {const_cast<char*>("cde"), 3}};
    CHECK(transport.send(pieces).bytes == 5);
    CHECK(::recv(pair.client.get(), bytes, sizeof bytes, 0) == 5);
    CHECK(std::string_view(bytes, 5) == "abcde");
    pair.client.reset();
    CHECK(transport.receive(bytes).state == State::closed);
    CHECK(transport.send("x").state == State::failed);
}

TEST_CASE("a full socket takes a part and then says again") {
    Pair pair;
    Transport transport(std::move(pair.server));
    const std::string much(8 * 1024 * 1024, 'x');
    const auto first = transport.send(much);
    CHECK(first.state == State::done);
    CHECK(first.bytes < much.size());
    CHECK(transport.send(much).state == State::again);
}

TEST_CASE("a file is sent without being read here") {
    Pair pair;
    const auto path = std::filesystem::temp_directory_path() / ("mortise-file-" + std::to_string(::getpid()));
    std::ofstream(path) << "0123456789";
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::filesystem::remove(path);
    Transport transport(std::move(pair.server));
    off_t offset = 2;
    CHECK(transport.send_file(file.get(), offset, 5).bytes == 5);
    CHECK(offset == 7);
    char bytes[16];
    CHECK(::recv(pair.client.get(), bytes, sizeof bytes, 0) == 5);
    CHECK(std::string_view(bytes, 5) == "23456");
    SECTION("and one that is shorter than promised is a failure, not an endless wait") {
        offset = 10;
        CHECK(transport.send_file(file.get(), offset, 5).state == State::failed);
    }
}

TEST_CASE("TLS carries bytes both ways, megabytes too, in both versions") {
    const auto highest = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
    const TestCertificate certificate("both-ways");
    const TlsContext tls({certificate.certificate(), certificate.key()});
    Pair pair;
    const int fd = pair.server.get();
    Transport transport(std::move(pair.server), tls.accept(fd));
    const std::string much(3 * 1024 * 1024, 'm');
    auto client = std::async(std::launch::async, [&] {
        Client peer(std::move(pair.client), "\x08http/1.1", highest);
        if (!peer.connect()) return std::string("no handshake");
        peer.write(much);
        const auto got = peer.read(much.size());
        if (peer.protocol() != "http/1.1") return "protocol " + peer.protocol();
        peer.close();
        return got == much ? peer.version() : "wrong bytes";
    });
    CHECK(receive(transport, much.size()) == much);
    std::string_view left = much;
    while (!left.empty()) {
        // In two pieces, so that gathering and retrying is tried as well.
        const auto cut = left.size() / 2;
        const iovec pieces[2] = {{const_cast<char*>(left.data()), cut},
                                 {const_cast<char*>(left.data()) + cut, left.size() - cut}};
        const auto moved = transport.send(pieces);
        REQUIRE(moved.state != State::failed);
        left.remove_prefix(moved.bytes);
        if (moved.state == State::again) wait_for(transport, POLLOUT);
    }
    State end{};
    receive(transport, 1, &end);
    CHECK(end == State::closed);
    CHECK(client.get() == (highest == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3"));
}

TEST_CASE("a TLS stream cut off without its close alert is broken, not ended") {
    const TestCertificate certificate("cut");
    const TlsContext tls({certificate.certificate(), certificate.key()});
    Pair pair;
    const int fd = pair.server.get();
    Transport transport(std::move(pair.server), tls.accept(fd));
    auto client = std::async(std::launch::async, [&] {
        Client peer(std::move(pair.client));
        peer.connect();
        peer.write("x");
    });
    CHECK(receive(transport, 1) == "x");
    client.get();
    State end{};
    receive(transport, 1, &end);
    CHECK(end == State::failed);
}

TEST_CASE("old TLS and a client that speaks only h2 are refused") {
    const TestCertificate certificate("refused");
    const TlsContext tls({certificate.certificate(), certificate.key()});
    Pair pair;
    const int fd = pair.server.get();
    Transport transport(std::move(pair.server), tls.accept(fd));
    const bool old = GENERATE(true, false);
    auto client = std::async(std::launch::async, [&] {
        Client peer(std::move(pair.client), old ? nullptr : "\x02h2", old ? TLS1_1_VERSION : 0,
                    old ? TLS1_VERSION : 0);
        return peer.connect();
    });
    State end{};
    receive(transport, 1, &end);
    CHECK(end == State::failed);
    transport.close();
    CHECK_FALSE(client.get());
}

TEST_CASE("plain bytes on a TLS transport fail at once") {
    const TestCertificate certificate("plain");
    const TlsContext tls({certificate.certificate(), certificate.key()});
    Pair pair;
    const int fd = pair.server.get();
    Transport transport(std::move(pair.server), tls.accept(fd));
    REQUIRE(::send(pair.client.get(), "GET / HTTP/1.1\r\n\r\n", 18, 0) == 18);
    State end{};
    receive(transport, 1, &end);
    CHECK(end == State::failed);
}

TEST_CASE("a reloaded certificate is shown to new connections, and a bad one changes nothing") {
    const TestCertificate certificate("first");
    TlsContext tls({certificate.certificate(), certificate.key()});
    const auto name_shown = [&] {
        Pair pair;
        const int fd = pair.server.get();
        Transport transport(std::move(pair.server), tls.accept(fd));
        auto client = std::async(std::launch::async, [&] {
            Client peer(std::move(pair.client));
            return peer.connect() ? peer.server_name() : "no handshake";
        });
        receive(transport, 1);
        return client.get();
    };
    CHECK(name_shown() == "first");
    certificate.renew("second");
    CHECK(name_shown() == "first");
    tls.reload();
    CHECK(name_shown() == "second");
    std::ofstream(certificate.certificate()) << "nonsense";
    CHECK_THROWS_WITH(tls.reload(), Catch::Contains(certificate.certificate()));
    CHECK(name_shown() == "second");
}

TEST_CASE("a missing certificate and a foreign key are told with the file's name") {
    const TestCertificate ours("ours");
    const TestCertificate foreign("foreign");
    CHECK_THROWS_WITH(TlsContext({"/no/such/file.pem", ours.key()}),
                      Catch::Contains("/no/such/file.pem") && Catch::Contains("No such file"));
    CHECK_THROWS_WITH(TlsContext({ours.certificate(), foreign.key()}), Catch::Contains("key"));
}
