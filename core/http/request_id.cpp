// SPDX-License-Identifier: Apache-2.0
#include "http/request_id.h"

#include <array>
#include <cstdint>
#include <random>

namespace mortise::http {

namespace {

std::uint64_t random_start() {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

// SplitMix64: each thread counts from a random start, and the mixing makes neighbours look unlike.
std::uint64_t next_number() {
    thread_local std::uint64_t counter = random_start();
    std::uint64_t number = counter += 0x9E3779B97F4A7C15;
    number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
    number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
    return number ^ (number >> 31);
}

constexpr auto hex_pairs = [] {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<std::array<char, 2>, 256> pairs{};
    for (std::size_t byte = 0; byte < 256; ++byte) pairs[byte] = {digits[byte >> 4], digits[byte & 15]};
    return pairs;
}();

constexpr bool may_stand_in_id(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '.' || character == '_' || character == '-';
}

}  // namespace

bool is_request_id(std::string_view text) {
    if (text.empty() || text.size() > 128) return false;
    for (const char character : text)
        if (!may_stand_in_id(character)) return false;
    return true;
}

void make_request_id(std::string& id) {
    std::uint64_t number = next_number();
    id.resize(16);
    for (std::size_t place = 0; place < 16; place += 2, number >>= 8) {
        const auto& pair = hex_pairs[number & 255];
        id[place] = pair[0];
        id[place + 1] = pair[1];
    }
}

}  // namespace mortise::http
