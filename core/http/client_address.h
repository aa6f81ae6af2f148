// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <mortise/network.h>
#include <mortise/server/request_parts.h>

namespace mortise::http {

/// The proxies in front of us, whose word about the client counts. Nobody else's does.
class TrustedProxies {
public:
    TrustedProxies() = default;
    /// Throws std::invalid_argument, naming it, for what is no network.
    explicit TrustedProxies(const std::vector<std::string>& networks);

    /// When the request comes from one of them: sets its client_address to the right-most address of
    /// X-Forwarded-For that is no proxy of ours, and is_secure as X-Forwarded-Proto says. False when it comes
    /// from anybody else.
    bool resolve(RequestParts& parts) const;

private:
    std::optional<Network> forwarded_for(const RequestParts& parts) const;
    bool trusts(const Network& address) const;

    std::vector<Network> networks_;
};

}  // namespace mortise::http
