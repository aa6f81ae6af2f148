// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mortise/export.h>

namespace mortise {

/// An IP address, or all addresses with the same first bits. IPv4 stands in its place within IPv6.
class MORTISE_API Network {
public:
    /// Throws std::invalid_argument, naming the text, where parse() has nothing.
    explicit Network(std::string_view text);
    /// "192.0.2.0/24", "2001:db8::/32", or one address; nothing for anything else, bits behind the prefix
    /// ("192.0.2.1/24") included.
    static std::optional<Network> parse(std::string_view text);
    /// One address, and no network.
    static std::optional<Network> parse_address(std::string_view text);

    /// Whether all of `other` lies within it.
    bool contains(const Network& other) const;
    /// What one customer of a network has: an IPv4 address, the /64 of an IPv6 address. As hex digits.
    std::string customer() const;
    /// The address, or the first of the network, in the one spelling that is usual for it.
    std::string text() const;

private:
    static constexpr int v4_start = 96;  // bits before an IPv4 address: ::ffff:0:0/96
    using Bytes = std::array<std::uint8_t, 16>;

    Network(Bytes bytes, int bits) : bytes_(bytes), bits_(bits) {}
    bool is_v4() const;

    Bytes bytes_{};
    int bits_ = 0;
};

}  // namespace mortise
