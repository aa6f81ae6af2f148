// SPDX-License-Identifier: Apache-2.0
#include <mortise/network.h>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace mortise {

namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    // inet_pton() wants a terminated text; nothing longer than this is an address.
    std::array<char, INET6_ADDRSTRLEN> address{};
    const std::string_view written = text.substr(0, slash);
    if (written.size() >= address.size() || written.find('\0') != std::string_view::npos) return std::nullopt;
    written.copy(address.data(), written.size());
    Bytes bytes{};
    int start = 0;
    if (::inet_pton(AF_INET, address.data(), bytes.data() + v4_prefix.size()) == 1) {
        std::copy(v4_prefix.begin(), v4_prefix.end(), bytes.begin());
        start = v4_start;
    } else if (::inet_pton(AF_INET6, address.data(), bytes.data()) != 1) {
        return std::nullopt;
    }
    int bits = 128 - start;
    if (slash != std::string_view::npos) {
        const std::string_view count = text.substr(slash + 1);
        const auto [end, fault] = std::from_chars(count.data(), count.data() + count.size(), bits);
        if (fault != std::errc{} || end != count.data() + count.size() || bits < 0 || bits > 128 - start)
            return std::nullopt;
    }
    return Network(bytes, start + bits);
}

bool Network::contains(const Network& other) const {
    if (other.bits_ < bits_) return false;
    for (int bit = 0; bit < bits_; bit += 8) {
        const int unused = std::max(0, bit + 8 - bits_);
        const auto place = static_cast<std::size_t>(bit / 8);
        if ((bytes_[place] ^ other.bytes_[place]) >> unused != 0) return false;
    }
    return true;
}

std::string Network::customer() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    const auto add = [&](std::uint8_t byte) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    };
    if (is_v4())
        std::for_each(bytes_.begin() + v4_start / 8, bytes_.end(), add);
    else
        std::for_each(bytes_.begin(), bytes_.begin() + 8, add);
    return text;
}

bool Network::is_v4() const {
    return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes_.begin());
}

}  // namespace mortise
