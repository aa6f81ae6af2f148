// SPDX-License-Identifier: Apache-2.0
// links: http
//
// Bytes of a client. First byte: how to cut the rest in pieces. The pieces go through a real connection; the
// head goes through the scanner whole and byte by byte, which must agree, and what the scanner lets pass must
// be read by Beast's parser the same way.
#include <poll.h>
#include <sys/socket.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "http/chunk_decoder.h"
#include "http/exchange.h"
#include "http/head_scanner.h"
#include "http/request_parser.h"
#include "http/wire_loop.h"
#include "net/loop_group.h"

using namespace mortise;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

class FuzzService final : public http::Service {
public:
    void handle(const std::shared_ptr<http::Exchange>& exchange) override {
        const auto path = exchange->request().path();
        require(path.starts_with('/') || path == "*");
        if (path.starts_with("/ignore")) return exchange->respond(Response::text("ignored"));
        exchange->collect_body(
            100, [e = exchange.get()] { e->respond(Response::text(std::string(e->request().body()))); });
    }
    Response refuse(int status, std::string_view detail, const RequestParts*) override {
        return Response::text(std::string(detail), status);
    }
    bool run_blocking(http::Exchange&, std::function<void()>) override { return false; }
    void finished(const RequestParts&, int, std::uint64_t, std::chrono::steady_clock::duration) override {}
};

struct World {
    http::WireSettings settings;
    FuzzService service;
    net::ConnectionCount count{1000};
    net::LoopGroup loops{1};
    std::unique_ptr<http::WireLoop> wire;

    World() {
        loops.start();
        loops.on_each([this](std::size_t, net::EventLoop& loop) {
            wire = std::make_unique<http::WireLoop>(loop, service, settings, count);
        });
    }
    ~World() {
        loops.on_each([this](std::size_t, net::EventLoop&) { wire.reset(); });
        loops.stop();
    }
    void settle() {
        loops.on_each([](std::size_t, net::EventLoop&) {});
    }
};

void decode_both_ways(std::string_view bytes) {
    using State = http::ChunkDecoder::State;
    http::ChunkDecoder whole;
    std::string body;
    std::size_t used = 0;
    const auto state = whole.decode(bytes, body, used);
    require(used <= bytes.size() && body.size() <= used);
    http::ChunkDecoder slow;
    std::string slow_body;
    auto found = State::more;
    std::size_t taken = 0;
    for (std::size_t length = 1; length <= bytes.size() && found == State::more; ++length) {
        std::size_t part = 0;
        found = slow.decode(bytes.substr(taken, length - taken), slow_body, part);
        taken += part;
    }
    require(found == state && (state == State::broken || (taken == used && slow_body == body)));
}

void scan_both_ways(std::string_view bytes, const http::WireSettings& settings) {
    using Verdict = http::HeadScanner::Verdict;
    http::HeadScanner whole(settings);
    const auto verdict = whole.scan(bytes);
    http::HeadScanner slow(settings);
    auto found = Verdict::more;
    for (std::size_t length = 1; length <= bytes.size() && found == Verdict::more; ++length) {
        found = slow.scan(bytes.substr(0, length));
    }
    require(found == verdict);
    if (verdict == Verdict::refused) require(slow.status() == whole.status() && whole.status() >= 400);
    if (verdict != Verdict::complete) return;
    require(slow.end() == whole.end() && slow.start() == whole.start() && whole.end() <= bytes.size());
    RequestParts parts;
    http::RequestParser parser;
    const auto head = bytes.substr(whole.start(), whole.end() - whole.start());
    if (parser.parse_head(head, whole.framing(), parts) != 0) return;
    if (whole.framing().chunked) decode_both_ways(bytes.substr(whole.end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static World world;
    if (size < 2 || size > 64 * 1024) return 0;
    const std::size_t piece = data[0] == 0 ? size : data[0];
    std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (size < 4096) scan_both_ways(bytes, world.settings);

    int ends[2];
    require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
    world.loops.on_each([&](std::size_t, net::EventLoop&) {
        world.wire->adopt(net::Transport(net::Descriptor(ends[0])), net::Address());
    });
    const net::Descriptor client(ends[1]);
    for (int pieces = 0; !bytes.empty() && pieces < 64; ++pieces) {
        const auto sent = ::send(client.get(), bytes.data(), std::min(piece, bytes.size()), MSG_NOSIGNAL);
        if (sent <= 0) break;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
        world.settle();
    }
    ::shutdown(client.get(), SHUT_WR);
    world.settle();
    char answer[4096];
    const auto got = ::recv(client.get(), answer, sizeof answer, 0);
    require(got <= 0 || std::string_view(answer, static_cast<std::size_t>(got)).starts_with("HTTP/1.1 "));
    return 0;
}
