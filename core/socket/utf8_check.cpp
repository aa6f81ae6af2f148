// SPDX-License-Identifier: Apache-2.0
#include "socket/utf8_check.h"

#include <cstring>

namespace mortise::socket {

namespace {

/// The first place that is not ASCII, to within a few bytes before it: sixteen bytes at a time.
const char* skip_ascii(const char* place, const char* end) noexcept {
    constexpr std::uint64_t tops = 0x8080808080808080;
    while (end - place >= 16) {
        std::uint64_t words[2];
        std::memcpy(words, place, sizeof words);
        if (((words[0] | words[1]) & tops) != 0) break;
        place += 16;
    }
    return place;
}

}  // namespace

bool Utf8Check::take(std::string_view piece) noexcept {
    const char* place = piece.data();
    const char* const end = place + piece.size();
    while (place != end) {
        if (missing_ == 0 && static_cast<unsigned char>(*place) < 0x80) {
            place = skip_ascii(place, end);
            while (place != end && static_cast<unsigned char>(*place) < 0x80) ++place;
            continue;
        }
        const auto byte = static_cast<unsigned char>(*place++);
        if (missing_ == 0) {
            if (!start(byte)) return false;
            continue;
        }
        if (byte < low_ || byte > high_) return false;
        --missing_;
        low_ = 0x80;
        high_ = 0xBF;
    }
    return true;
}

bool Utf8Check::start(unsigned char byte) noexcept {
    if (byte < 0xC2 || byte > 0xF4) return false;
    missing_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    if (byte == 0xE0) low_ = 0xA0;   // below are overlong forms
    if (byte == 0xED) high_ = 0x9F;  // above are surrogates
    if (byte == 0xF0) low_ = 0x90;
    if (byte == 0xF4) high_ = 0x8F;  // above is beyond Unicode
    return true;
}

}  // namespace mortise::socket
