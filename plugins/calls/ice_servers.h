// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/json.h>
#include <mortise/options.h>
#include <mortise/request.h>
#include <mortise/response.h>
#include <mortise/time.h>

namespace mortise {
class Clock;
}

namespace calls {

/// The answer of GET /api/v1/calls/ice-servers.
struct IceConfiguration {
    std::vector<mortise::Json> ice_servers;   // as RTCPeerConnection takes them
    std::optional<std::int64_t> ttl;          // seconds; absent: nothing in it expires
    std::optional<mortise::Time> expires_at;  // ask again before
};
BOOST_DESCRIBE_STRUCT(IceConfiguration, (), (ice_servers, ttl, expires_at))

/// Tells browsers how to find each other behind their routers: STUN servers, and TURN servers with
/// credentials that are this person's alone and end soon.
class IceServers {
public:
    /// Throws std::runtime_error for options that can't be.
    IceServers(const mortise::Options& options, const mortise::Clock& clock);

    mortise::Response get(const mortise::Request& request) const;

private:
    const mortise::Clock& clock_;
    std::vector<std::string> stun_urls_;
    std::vector<std::string> turn_urls_;
    std::string secret_;
    std::chrono::milliseconds lifetime_;
};

}  // namespace calls
