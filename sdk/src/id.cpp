// SPDX-License-Identifier: Apache-2.0
#include <mortise/id.h>

#include <sys/random.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <system_error>

namespace mortise {

namespace {

// Milliseconds in the upper 48 bits, their 4096ths below: the 60 bits of an id that make it sort. Always
// larger than the last one, so that ids made in one tick, or while the clock is set back, stay in order.
std::uint64_t next_tick() {
    using Ticks = std::chrono::duration<std::uint64_t, std::ratio<1, 4'096'000>>;
    static std::atomic<std::uint64_t> last{0};
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(since_epoch);
    const auto fraction = std::chrono::duration_cast<Ticks>(since_epoch - milliseconds);
    const std::uint64_t now = static_cast<std::uint64_t>(milliseconds.count()) << 12 | fraction.count();
    std::uint64_t before = last.load(std::memory_order_relaxed);
    std::uint64_t mine = 0;
    do mine = now > before ? now : before + 1;
    while (!last.compare_exchange_weak(before, mine, std::memory_order_relaxed));
    return mine;
}

std::uint64_t random_bits() {
    std::uint64_t bits = 0;
    while (::getrandom(&bits, sizeof bits, 0) != static_cast<ssize_t>(sizeof bits))
        if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
    return bits;
}

}  // namespace

std::string new_id() {
    const std::uint64_t tick = next_tick();
    const std::uint64_t upper = (tick >> 12) << 16 | 0x7000U | (tick & 0xfffU);
    const std::uint64_t lower = (random_bits() & 0x3fff'ffff'ffff'ffffU) | 0x8000'0000'0000'0000U;
    const std::array halves{upper, lower};

    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(36, '-');
    std::size_t place = 0;
    for (std::size_t digit = 0; digit < 32; ++digit) {
        if (digit == 8 || digit == 12 || digit == 16 || digit == 20) ++place;
        text[place++] = digits[halves[digit / 16] >> (60 - 4 * (digit % 16)) & 0xfU];
    }
    return text;
}

}  // namespace mortise
