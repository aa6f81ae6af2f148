// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "socket/utf8_check.h"
#include "socket/web_socket_opcode.h"

namespace mortise::socket {

class WebSocketInflater;

/// Takes the frames of one client (RFC 6455) apart as their bytes come, and puts messages together.
///
/// Between messages it holds nothing but itself, for ten thousand idle clients hold one each. A message that
/// lies in one piece where it was received is not copied.
class WebSocketReader {
public:
    enum class Kind : std::uint8_t { more, text, binary, ping, pong, close, fault };

    /// close: the client's code (1005: it gave none) and its reason as payload.
    /// fault: the code to close with (1002, 1007, 1009) and a reason as payload.
    struct Event {
        Kind kind = Kind::more;
        std::string_view payload;
        std::uint16_t code = 0;
    };

    /// `max_message` counts bytes, compressed and not. `inflater` is null where permessage-deflate was not
    /// agreed on; many readers of one thread may share one.
    explicit WebSocketReader(std::uint64_t max_message, WebSocketInflater* inflater = nullptr);
    WebSocketReader(WebSocketReader&&) noexcept;
    WebSocketReader& operator=(WebSocketReader&&) noexcept;
    ~WebSocketReader();

    /// Takes one event off the front of `bytes`, unmasking them in place, and moves `bytes` on; `more` when
    /// they are used up. Call until then: it also gives back the memory of the last message. The payload
    /// stays valid until the next call, as long as the received bytes do. After a close or a fault
    /// whatever comes is passed over.
    Event next(std::span<char>& bytes);

    /// True in the middle of a frame or of a fragmented message.
    bool holds_bytes() const;

private:
    enum class Step : std::uint8_t { head, payload, over };
    enum class Lent : std::uint8_t { nothing, message, control };
    static constexpr std::size_t max_head = 14;
    struct Kept;

    void take_back();
    bool take_head(std::span<char>& bytes, Event& event);
    std::size_t judge_head(std::string_view front, Event& event);
    std::string_view judge_start(unsigned char first, unsigned char second);
    bool take_payload(std::span<char>& bytes, Event& event);
    void take_control(std::string_view part, Event& event);
    void read_close(std::string_view payload, Event& event);
    void take_data(std::string_view part, Event& event);
    void finish_message(std::string_view last_part, Event& event);
    bool inflate_message(std::string_view last_part, Event& event);
    void fail(Event& event, std::uint16_t code, std::string_view reason);
    std::uint64_t kept_size() const;
    void keep(std::string_view part);
    Kept& kept();

    std::uint64_t max_message_;
    std::uint64_t left_ = 0;  // of the frame's payload
    WebSocketInflater* inflater_;
    std::unique_ptr<Kept> kept_;         // what of a message or control frame has come; null for nothing
    std::array<char, 4> mask_{};         // turned so that its front meets the next byte
    std::array<char, max_head> head_{};  // the front of a head that is not whole yet
    std::uint8_t head_size_ = 0;
    Step step_ = Step::head;
    Lent lent_ = Lent::nothing;  // what of kept_ the last event's payload views
    Opcode frame_ = Opcode::continuation;
    Opcode message_ = Opcode::continuation;  // the open message's; continuation: none is open
    bool is_final_ = false;
    bool is_compressed_ = false;
    Utf8Check utf8_;
};

}  // namespace mortise::socket
