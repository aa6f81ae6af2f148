// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/server/request_parts.h>

namespace mortise::http {

/// A set of addresses: "10.0.0.0/8", "2001:db8::/32", or one address alone. IPv4 inside IPv6
/// (::ffff:10.0.0.1) is IPv4.
class Network {
public:
    /// Throws std::invalid_argument, naming the text, for anything else and for bits set beyond the prefix.
    explicit Network(std::string_view text);

    using Bytes = std::array<std::uint8_t, 16>;
    bool contains(const Bytes& address) const;
    /// The address in the one form networks compare; nothing when it is none.
    static std::optional<Bytes> parse(std::string_view address);

private:
    Bytes base_{};
    unsigned bits_ = 128;
};

/// The proxies in front of us, whose word about the client counts. Nobody else's does.
class TrustedProxies {
public:
    TrustedProxies() = default;
    explicit TrustedProxies(const std::vector<std::string>& networks);

    /// When the request comes from one of them: sets its client_address to the right-most address of
    /// X-Forwarded-For that is no proxy of ours, and is_secure as X-Forwarded-Proto says. False when it comes
    /// from anybody else.
    bool resolve(RequestParts& parts) const;

private:
    std::optional<Network::Bytes> forwarded_for(const RequestParts& parts) const;
    bool trusts(const Network::Bytes& address) const;

    std::vector<Network> networks_;
};

}  // namespace mortise::http
