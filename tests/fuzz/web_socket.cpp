// SPDX-License-Identifier: Apache-2.0
// links: socket
//
// Frames of a client. First byte: odd with permessage-deflate; second: how to cut the rest in pieces. The
// pieces must give the same events as the whole, and hold to what a reader promises.
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/text.h>

#include "socket/permessage_deflate.h"
#include "socket/web_socket_reader.h"

using namespace mortise::socket;
using Kind = WebSocketReader::Kind;

namespace {

constexpr std::uint64_t max_message = 70'000;
constexpr unsigned whole = 0;  // else where a row of random numbers starts

void require(bool holds) {
    if (!holds) std::abort();
}

struct Seen {
    Kind kind;
    std::string payload;
    std::uint16_t code;
    bool operator==(const Seen&) const = default;
};

void check(const WebSocketReader::Event& event) {
    require(event.payload.size() <= max_message);
    if (event.kind == Kind::text || event.kind == Kind::close) require(mortise::is_utf8(event.payload));
    if (event.kind == Kind::ping || event.kind == Kind::pong)
        require(event.payload.size() <= max_control_payload);
    if (event.kind == Kind::fault) require(event.code == 1002 || event.code == 1007 || event.code == 1009);
    if (event.kind == Kind::close) require(event.code >= 1000 && event.code < 5000);
}

std::vector<Seen> read(std::string_view bytes, WebSocketInflater* inflater, unsigned cut) {
    WebSocketReader reader(max_message, inflater);
    std::vector<Seen> seen;
    while (!bytes.empty()) {
        if (cut != whole) cut = cut * 1'664'525 + 1'013'904'223;
        const std::size_t size = cut == whole ? bytes.size() : 1 + (cut >> 16) % (cut % 5 == 0 ? 300 : 9);
        // Memory of its own: ASan sees who keeps a view of it.
        std::vector<char> piece(bytes.begin(),
                                bytes.begin() + static_cast<std::ptrdiff_t>(std::min(size, bytes.size())));
        bytes.remove_prefix(piece.size());
        std::span<char> rest(piece);
        while (true) {
            const auto event = reader.next(rest);
            if (event.kind == Kind::more) break;
            check(event);
            seen.push_back({event.kind, std::string(event.payload), event.code});
        }
        require(rest.empty());
        const bool is_over =
            !seen.empty() && (seen.back().kind == Kind::close || seen.back().kind == Kind::fault);
        require(!is_over || !reader.holds_bytes());
    }
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static WebSocketInflater inflater;
    if (size < 2 || size > 200'000) return 0;
    WebSocketInflater* const agreed = (data[0] & 1) != 0 ? &inflater : nullptr;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    require(read(bytes, agreed, data[1] + 1U) == read(bytes, agreed, whole));
    return 0;
}
