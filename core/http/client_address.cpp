// SPDX-License-Identifier: Apache-2.0
#include "http/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <stdexcept>

#include <mortise/text.h>

namespace mortise::http {

namespace {

constexpr std::size_t v4_offset = 12;  // of the four bytes in ::ffff:a.b.c.d

// "1.2.3.4", "1.2.3.4:80", "2001:db8::1", "[2001:db8::1]:80": the address without the port.
std::string_view without_port(std::string_view text) {
    if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
    const std::size_t colon = text.find(':');
    const bool is_only_colon =
        colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
    return is_only_colon ? text.substr(0, colon) : text;
}

// One spelling for one address, so that it can be a key.
std::string text_of(const Network::Bytes& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    constexpr std::array<std::uint8_t, v4_offset> v4_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (std::equal(v4_mapped.begin(), v4_mapped.end(), address.begin()))
        inet_ntop(AF_INET, address.data() + v4_offset, text.data(), text.size());
    else
        inet_ntop(AF_INET6, address.data(), text.data(), text.size());
    return text.data();
}

// The last member of a comma separated list; `list` keeps those before it.
std::string_view take_last(std::string_view& list) {
    const std::size_t comma = list.rfind(',');
    const std::string_view last = comma == std::string_view::npos ? list : list.substr(comma + 1);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(0, comma);
    return trim(last);
}

}  // namespace

Network::Network(std::string_view text) {
    const auto refuse = [text] {
        throw std::invalid_argument("'" + std::string(text) +
                                    "' is no network (10.0.0.0/8, 2001:db8::/32, 127.0.0.1)");
    };
    std::string_view rest = text;
    const std::string_view address = take_until(rest, '/');
    const auto base = parse(address);
    if (!base) refuse();
    base_ = *base;
    const bool is_v4 = address.find(':') == std::string_view::npos;
    if (text.find('/') != std::string_view::npos) {
        unsigned bits = 0;
        const auto [end, fault] = std::from_chars(rest.data(), rest.data() + rest.size(), bits);
        if (fault != std::errc{} || end != rest.data() + rest.size() || bits > (is_v4 ? 32U : 128U)) refuse();
        bits_ = is_v4 ? bits + 96 : bits;
    }
    for (unsigned bit = bits_; bit < 128; ++bit)
        if ((base_[bit / 8] & (0x80U >> (bit % 8))) != 0) refuse();
}

bool Network::contains(const Bytes& address) const {
    const std::size_t whole = bits_ / 8;
    if (std::memcmp(address.data(), base_.data(), whole) != 0) return false;
    const unsigned left = bits_ % 8;
    return left == 0 || ((address[whole] ^ base_[whole]) >> (8 - left)) == 0;
}

std::optional<Network::Bytes> Network::parse(std::string_view address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.size() >= text.size()) return std::nullopt;
    std::memcpy(text.data(), address.data(), address.size());
    Bytes bytes{};
    if (inet_pton(AF_INET6, text.data(), bytes.data()) == 1) return bytes;
    bytes = {};
    bytes[10] = bytes[11] = 0xFF;
    if (inet_pton(AF_INET, text.data(), bytes.data() + v4_offset) == 1) return bytes;
    return std::nullopt;
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
    for (const std::string& network : networks) networks_.emplace_back(network);
}

bool TrustedProxies::resolve(RequestParts& parts) const {
    if (networks_.empty()) return false;
    const auto peer = Network::parse(parts.client_address);
    if (!peer || !trusts(*peer)) return false;
    if (const auto client = forwarded_for(parts)) parts.client_address = text_of(*client);
    for (auto header = parts.headers.rbegin(); header != parts.headers.rend(); ++header) {
        if (!equals_ignoring_case(header->name, "x-forwarded-proto")) continue;
        std::string_view list = header->value;
        parts.is_secure = equals_ignoring_case(take_last(list), "https");
        break;
    }
    return true;
}

std::optional<Network::Bytes> TrustedProxies::forwarded_for(const RequestParts& parts) const {
    std::optional<Network::Bytes> nearest;
    for (auto header = parts.headers.rbegin(); header != parts.headers.rend(); ++header) {
        if (!equals_ignoring_case(header->name, "x-forwarded-for")) continue;
        for (std::string_view list = header->value; !list.empty();) {
            const auto address = Network::parse(without_port(take_last(list)));
            if (!address) return nearest;  // what stands before a word that is no address cannot be believed
            nearest = address;
            if (!trusts(*address)) return nearest;
        }
    }
    return nearest;
}

bool TrustedProxies::trusts(const Network::Bytes& address) const {
    return std::any_of(networks_.begin(), networks_.end(),
                       [&](const Network& network) { return network.contains(address); });
}

}  // namespace mortise::http
