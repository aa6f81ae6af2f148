// SPDX-License-Identifier: Apache-2.0
#include <mortise/network.h>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace mortise {

namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

Network::Network(std::string_view text) {
    const auto network = parse(text);
    if (!network)
        throw std::invalid_argument("'" + std::string(text) +
                                    "' is no network (10.0.0.0/8, 2001:db8::/32, 127.0.0.1)");
    *this = *network;
}

std::optional<Network> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address || slash == std::string_view::npos) return address;
    // IPv4 that is written as IPv6 counts its bits as IPv6 does.
    const int start = text.find(':') == std::string_view::npos ? v4_start : 0;
    const std::string_view count = text.substr(slash + 1);
    int bits = -1;
    const auto [end, fault] = std::from_chars(count.data(), count.data() + count.size(), bits);
    if (fault != std::errc{} || end != count.data() + count.size() || bits < 0 || bits > 128 - start)
        return std::nullopt;
    const Network network(address->bytes_, start + bits);
    for (int bit = network.bits_; bit < 128; ++bit)
        if ((network.bytes_[static_cast<std::size_t>(bit / 8)] & (0x80 >> bit % 8)) != 0) return std::nullopt;
    return network;
}

std::optional<Network> Network::parse_address(std::string_view text) {
    // inet_pton() wants a terminated text; nothing longer than this is an address.
    std::array<char, INET6_ADDRSTRLEN> written{};
    if (text.size() >= written.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
    text.copy(written.data(), text.size());
    Bytes bytes{};
    if (::inet_pton(AF_INET6, written.data(), bytes.data()) == 1) return Network(bytes, 128);
    std::copy(v4_prefix.begin(), v4_prefix.end(), bytes.begin());
    if (::inet_pton(AF_INET, written.data(), bytes.data() + v4_prefix.size()) == 1)
        return Network(bytes, 128);
    return std::nullopt;
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

std::string Network::text() const {
    std::array<char, INET6_ADDRSTRLEN> written{};
    if (is_v4())
        ::inet_ntop(AF_INET, bytes_.data() + v4_prefix.size(), written.data(), written.size());
    else
        ::inet_ntop(AF_INET6, bytes_.data(), written.data(), written.size());
    return written.data();
}

bool Network::is_v4() const {
    return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes_.begin());
}

}  // namespace mortise
