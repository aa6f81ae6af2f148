// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "socket/web_socket_reader.h"

/// Frames as a client sends them, right or wrong, and what a reader makes of them.
namespace client_frames {

using mortise::socket::Opcode;
using mortise::socket::WebSocketReader;
using Kind = WebSocketReader::Kind;

struct FrameForm {
    bool is_final = true;
    bool is_compressed = false;
    bool is_masked = true;
};

inline std::string frame(Opcode opcode, std::string_view payload, FrameForm form = {}) {
    constexpr std::array<char, 4> mask{'\x37', '\xfa', '\x21', '\x3d'};
    std::string out;
    out += static_cast<char>((form.is_final ? 0x80 : 0) | (form.is_compressed ? 0x40 : 0) |
                             static_cast<int>(opcode));
    const int masked = form.is_masked ? 0x80 : 0;
    const std::size_t length_size = payload.size() < 126 ? 0 : payload.size() < 0x10000 ? 2 : 8;
    out += static_cast<char>(masked | (length_size == 0   ? static_cast<int>(payload.size())
                                       : length_size == 2 ? 126
                                                          : 127));
    for (std::size_t place = length_size; place > 0; --place)
        out += static_cast<char>(payload.size() >> (8 * (place - 1)) & 0xFF);
    if (!form.is_masked) return out.append(payload);
    out.append(mask.data(), mask.size());
    const std::size_t start = out.size();
    out += payload;
    for (std::size_t place = 0; place < payload.size(); ++place)
        out[start + place] = static_cast<char>(out[start + place] ^ mask[place % 4]);
    return out;
}

inline std::string text(std::string_view payload) {
    return frame(Opcode::text, payload);
}
/// The first fragment of a text, and the one that goes on with it.
inline std::string first(std::string_view payload) {
    return frame(Opcode::text, payload, {.is_final = false});
}
inline std::string more(std::string_view payload) {
    return frame(Opcode::continuation, payload, {.is_final = false});
}
inline std::string last(std::string_view payload) {
    return frame(Opcode::continuation, payload);
}
inline std::string ping(std::string_view payload = {}) {
    return frame(Opcode::ping, payload);
}
inline std::string closing(int code, std::string_view reason = {}) {
    const std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    return frame(Opcode::close, payload + std::string(reason));
}

struct Seen {
    Kind kind;
    std::string payload;
    std::uint16_t code = 0;
    bool operator==(const Seen&) const = default;
    friend std::ostream& operator<<(std::ostream& out, const Seen& seen) {
        return out << static_cast<int>(seen.kind) << ' ' << seen.code << " '" << seen.payload << '\'';
    }
};

/// What the reader finds in the bytes when they come in pieces of this size (0: whole).
inline std::vector<Seen> events_of(WebSocketReader& reader, std::string bytes, std::size_t piece = 0) {
    std::vector<Seen> seen;
    if (piece == 0) piece = bytes.size() + 1;
    for (std::size_t place = 0; place < bytes.size(); place += piece) {
        std::string part = bytes.substr(place, piece);  // of its own, so that ASan sees who keeps a view
        std::span<char> rest(part);
        while (true) {
            const auto event = reader.next(rest);
            if (event.kind == Kind::more) break;
            seen.push_back({event.kind, std::string(event.payload), event.code});
        }
    }
    return seen;
}

inline std::vector<Seen> events_of(std::string bytes, std::size_t piece = 0,
                                   std::uint64_t max_message = 1'000'000) {
    WebSocketReader reader(max_message);
    return events_of(reader, std::move(bytes), piece);
}

/// The code of the only event, a fault; 0 for anything else.
inline std::uint16_t fault_of(std::string bytes) {
    const auto seen = events_of(std::move(bytes));
    return seen.size() == 1 && seen[0].kind == Kind::fault ? seen[0].code : 0;
}

}  // namespace client_frames
