// SPDX-License-Identifier: Apache-2.0
#include "http/client_address.h"

#include <algorithm>

#include <mortise/text.h>

namespace mortise::http {

namespace {

// "1.2.3.4", "1.2.3.4:80", "2001:db8::1", "[2001:db8::1]:80": the address without the port.
std::string_view without_port(std::string_view text) {
    if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
    const std::size_t colon = text.find(':');
    const bool is_only_colon =
        colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
    return is_only_colon ? text.substr(0, colon) : text;
}

// The last member of a comma separated list; `list` keeps those before it.
std::string_view take_last(std::string_view& list) {
    const std::size_t comma = list.rfind(',');
    const std::string_view last = comma == std::string_view::npos ? list : list.substr(comma + 1);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(0, comma);
    return trim(last);
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
    for (const std::string& network : networks) networks_.emplace_back(network);
}

bool TrustedProxies::resolve(RequestParts& parts) const {
    if (networks_.empty()) return false;
    const auto peer = Network::parse_address(parts.client_address);
    if (!peer || !trusts(*peer)) return false;
    if (const auto client = forwarded_for(parts)) parts.client_address = client->text();
    for (auto header = parts.headers.rbegin(); header != parts.headers.rend(); ++header) {
        if (!equals_ignoring_case(header->name, "x-forwarded-proto")) continue;
        std::string_view list = header->value;
        parts.is_secure = equals_ignoring_case(take_last(list), "https");
        break;
    }
    return true;
}

std::optional<Network> TrustedProxies::forwarded_for(const RequestParts& parts) const {
    std::optional<Network> nearest;
    for (auto header = parts.headers.rbegin(); header != parts.headers.rend(); ++header) {
        if (!equals_ignoring_case(header->name, "x-forwarded-for")) continue;
        for (std::string_view list = header->value; !list.empty();) {
            const auto address = Network::parse_address(without_port(take_last(list)));
            if (!address) return nearest;  // what stands before a word that is no address cannot be believed
            nearest = address;
            if (!trusts(*address)) return nearest;
        }
    }
    return nearest;
}

bool TrustedProxies::trusts(const Network& address) const {
    return std::any_of(networks_.begin(), networks_.end(),
                       [&](const Network& network) { return network.contains(address); });
}

}  // namespace mortise::http
