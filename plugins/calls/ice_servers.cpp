// SPDX-License-Identifier: Apache-2.0
#include "ice_servers.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string_view>

#include <mortise/services/clock.h>
#include <mortise/services/identity.h>
#include <mortise/text.h>
#include <mortise/write_json.h>

#include "turn_credentials.h"

namespace calls {

namespace {

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    return fault == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536;
}

bool is_host_character(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '-' || character == '.' || character == '_';
}

// host, host:port, [address of IPv6]:port
bool is_place(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos || end < 3) return false;
        const std::string_view port = text.substr(end + 1);
        return port.empty() || (port.front() == ':' && is_port(port.substr(1)));
    }
    const bool has_port = text.find(':') != std::string_view::npos;
    const std::string_view host = mortise::take_until(text, ':');
    return !host.empty() && std::all_of(host.begin(), host.end(), is_host_character) &&
           (!has_port || is_port(text));
}

// RFC 7064 and 7065. The scheme is checked where the options are read.
bool is_ice_url(std::string_view url) {
    const std::string_view scheme = mortise::take_until(url, ':');
    const bool has_query = url.find('?') != std::string_view::npos;
    const std::string_view place = mortise::take_until(url, '?');
    const bool is_query_allowed =
        scheme.starts_with("turn") && (url == "transport=udp" || url == "transport=tcp");
    return is_place(place) && (!has_query || is_query_allowed);
}

std::vector<std::string> urls_of(const mortise::Options& options, const std::string& group) {
    const std::vector<std::string>& urls = options.group(group).texts("urls");
    for (const std::string& url : urls)
        if (!is_ice_url(url))
            throw std::runtime_error(group + ".urls: '" + url + "' is not the URL of a " + group +
                                     " server, allowed: " + group + ":host, " + group + "s:host:port" +
                                     (group == "turn" ? ", turn:host:port?transport=tcp" : "") +
                                     "; without slashes");
    return urls;
}

mortise::JsonObject server(const std::vector<std::string>& urls) {
    return {{"urls", mortise::JsonArray(urls.begin(), urls.end())}};
}

}  // namespace

IceServers::IceServers(const mortise::Options& options, const mortise::Clock& clock)
    : clock_(clock),
      stun_urls_(urls_of(options, "stun")),
      turn_urls_(urls_of(options, "turn")),
      lifetime_(options.group("turn").duration("lifetime")) {
    const bool has_secret = options.group("turn").has("secret");
    if (has_secret) secret_ = options.group("turn").secret("secret");
    if (has_secret == turn_urls_.empty())
        throw std::runtime_error("turn.urls and turn.secret belong together, and one of them is missing");
}

mortise::Response IceServers::get(const mortise::Request& request) const {
    IceConfiguration configuration;
    if (!stun_urls_.empty()) configuration.ice_servers.emplace_back(server(stun_urls_));
    if (!turn_urls_.empty()) {
        const auto lifetime = std::chrono::floor<std::chrono::seconds>(lifetime_);
        const mortise::Time expires_at = std::chrono::floor<std::chrono::seconds>(clock_.now()) + lifetime;
        const TurnCredentials made = turn_credentials(secret_, request.signed_in().id, expires_at);
        mortise::JsonObject turn = server(turn_urls_);
        turn["username"] = made.username;
        turn["credential"] = made.credential;
        configuration.ice_servers.emplace_back(std::move(turn));
        configuration.ttl = lifetime.count();
        configuration.expires_at = expires_at;
    }
    auto response = mortise::Response::json_text(mortise::to_json_text(configuration));
    response.set_header("Cache-Control", "no-store");
    return response;
}

}  // namespace calls
