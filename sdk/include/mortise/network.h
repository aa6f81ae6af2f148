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
    /// "192.0.2.0/24", "2001:db8::/32", or one address; nothing for anything else.
    static std::optional<Network> parse(std::string_view text);

    /// Whether all of `other` lies within it.
    bool contains(const Network& other) const;
    /// What one customer of a network has: an IPv4 address, the /64 of an IPv6 address. As hex digits.
    std::string customer() const;

private:
    static constexpr int v4_start = 96;  // bits before an IPv4 address: ::ffff:0:0/96
    using Bytes = std::array<std::uint8_t, 16>;

    Network(Bytes bytes, int bits) : bytes_(bytes), bits_(bits) {}
    bool is_v4() const;

    Bytes bytes_;
    int bits_;
};

}  // namespace mortise
