// SPDX-License-Identifier: Apache-2.0
#include "socket/web_socket_writer.h"

namespace mortise::socket {

std::size_t write_frame_head(char (&head)[max_frame_head], Opcode opcode, std::size_t length,
                             bool is_compressed) noexcept {
    constexpr unsigned final_bit = 0x80;
    constexpr unsigned compressed_bit = 0x40;
    head[0] =
        static_cast<char>(final_bit | (is_compressed ? compressed_bit : 0) | static_cast<unsigned>(opcode));
    std::size_t length_size = 0;
    if (length < 126) {
        head[1] = static_cast<char>(length);
    } else if (length <= 0xFFFF) {
        head[1] = 126;
        length_size = 2;
    } else {
        head[1] = 127;
        length_size = 8;
    }
    std::uint64_t rest = length;
    for (std::size_t place = 1 + length_size; place > 1; --place, rest >>= 8)
        head[place] = static_cast<char>(rest & 0xFF);
    return 2 + length_size;
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload, bool is_compressed) {
    char head[max_frame_head];
    const std::size_t size = write_frame_head(head, opcode, payload.size(), is_compressed);
    out.append(head, size);
    out.append(payload);
}

void append_close(std::string& out, std::uint16_t code, std::string_view reason) {
    constexpr std::uint16_t no_code = 1005;
    constexpr std::size_t most = max_control_payload - sizeof code;
    if (code == no_code) return append_frame(out, Opcode::close, {});
    if (reason.size() > most) {
        std::size_t end = most;
        while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xC0) == 0x80) --end;
        reason = reason.substr(0, end);
    }
    char head[max_frame_head];
    out.append(head, write_frame_head(head, Opcode::close, sizeof code + reason.size()));
    out += static_cast<char>(code >> 8);
    out += static_cast<char>(code & 0xFF);
    out += reason;
}

}  // namespace mortise::socket
