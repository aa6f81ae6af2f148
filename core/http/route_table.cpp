// SPDX-License-Identifier: Apache-2.0
#include "http/route_table.h"

#include <algorithm>

#include <mortise/server/request_parts.h>
#include <mortise/text.h>

namespace mortise::http {

namespace {

std::string owner_of(const RouteDeclaration& route) {
    return route.plugin.empty() ? "the server" : "plugin " + route.plugin;
}

std::string method_word(const RouteDeclaration& route) {
    return route.method ? std::string(name_of(*route.method)) : "any";
}

// The server's own routes (health, metrics, documents) are not limited.
LimitPolicy* limit_of(const RouteDeclaration& route, Limiter& limiter) {
    if (!route.limit.empty()) return limiter.policy(route.limit);
    return route.plugin.empty() ? nullptr : limiter.policy_without_name(route);
}

enum class Cover { never, sometimes, always };

// How a prefix fits the paths of a pattern; null stands for every path there is.
Cover cover(const std::string& prefix, const PathPattern* pattern) {
    if (prefix.empty()) return Cover::always;
    if (pattern == nullptr) return Cover::sometimes;
    const std::string certain = pattern->literal_prefix();
    if (certain.starts_with(prefix)) return Cover::always;
    // "/api/" covers the route /api too where the request came with the slash: let the path decide.
    if (prefix.starts_with(certain)) return Cover::sometimes;
    return Cover::never;
}

// An `after` belongs to the nearest `before` that its plugin registered in front of it for the same
// paths: it runs where that one ran. Without one it runs for every answer.
std::uint32_t partner_of(const Link& after, const std::vector<Link>& befores, std::size_t first_of_plugin) {
    for (std::size_t place = befores.size(); place > first_of_plugin; --place)
        if (befores[place - 1].declaration->prefix == after.declaration->prefix)
            return static_cast<std::uint32_t>(place);
    return 0;
}

}  // namespace

RouteFaults::RouteFaults(std::vector<std::string> faults)
    : std::runtime_error(join(faults, "\n")), faults_(std::move(faults)) {}

RouteTable::RouteTable(const std::vector<RouteSource>& sources, const BreakerFactory& make_breaker,
                       Aliases aliases, Limiter* limiter)
    : aliases_(std::move(aliases)) {
    std::vector<std::string> faults;
    for (const RouteSource& source : sources)
        for (const RouteDeclaration& declaration : source.routes->routes()) add(source, declaration, faults);
    if (!faults.empty()) throw RouteFaults(std::move(faults));

    for (RouteEntry& entry : entries_) {
        entry.chain = chain_for(sources, &entry.pattern);
        if (entry.declaration->breaker && make_breaker) entry.breaker = make_breaker(*entry.declaration);
        if (limiter != nullptr) entry.limit = limit_of(*entry.declaration, *limiter);
    }
    unrouted_ = chain_for(sources, nullptr);
}

void RouteTable::add(const RouteSource& source, const RouteDeclaration& declaration,
                     std::vector<std::string>& faults) {
    const std::string name = method_word(declaration) + " " + declaration.path;
    RouteEntry entry{&declaration, source.lane, source.routes->keeper_of(declaration),      {}, {}, false,
                     {},           {},          static_cast<std::uint32_t>(entries_.size())};
    try {
        entry.pattern = PathPattern::parse(declaration.path);
    } catch (const std::invalid_argument& fault) {
        faults.push_back(owner_of(declaration) + ": route " + name + ": " + fault.what());
        return;
    }
    if (declaration.body && declaration.streams_body)
        faults.push_back(
            owner_of(declaration) + ": route " + name +
            ": body<T>() reads the body into memory, streamed_body() leaves it to the handler; choose one");
    Router& router = declaration.is_fallback ? fallbacks_ : router_;
    if (!router.add(declaration.method, entry.pattern, entry.number)) {
        const auto first = std::find_if(entries_.begin(), entries_.end(), [&](const RouteEntry& other) {
            return other.declaration->method == declaration.method &&
                   other.declaration->is_fallback == declaration.is_fallback &&
                   other.pattern.shape() == entry.pattern.shape();
        });
        faults.push_back(owner_of(declaration) + ": route " + name + ": already registered by " +
                         owner_of(*first->declaration) + " as " + first->declaration->path);
        return;
    }
    for (const PathPattern::Segment& segment : entry.pattern.segments) {
        if (segment.kind == PathPattern::Kind::literal) continue;
        entry.parameters.push_back(segment.text);
        entry.takes_rest = segment.kind == PathPattern::Kind::rest;
    }
    entries_.push_back(std::move(entry));
}

MiddlewareChain RouteTable::chain_for(const std::vector<RouteSource>& sources, const PathPattern* pattern) {
    MiddlewareChain chain;
    for (const RouteSource& source : sources) {
        const std::size_t first_of_plugin = chain.befores.size();
        for (const MiddlewareDeclaration& declaration : source.routes->middleware()) {
            const Cover covered = cover(declaration.prefix, pattern);
            if (covered == Cover::never) continue;
            Link link{&declaration, source.lane, covered == Cover::sometimes, 0};
            if (declaration.after) link.partner = partner_of(link, chain.befores, first_of_plugin);
            (declaration.after ? chain.afters : chain.befores).push_back(link);
        }
    }
    return chain;
}

RouteTable::Match RouteTable::match(Method method, std::string_view path, RequestParts& parts) const {
    Router::Captures captures;
    auto place = router_.find(method, path, captures);
    if (!place && router_.allowed(path).empty()) place = fallbacks_.find(method, path, captures);
    if (!place) return {nullptr};
    const RouteEntry& entry = entries_[*place];
    for (std::size_t index = 0; index < captures.count; ++index) {
        const bool is_rest = entry.takes_rest && index + 1 == captures.count;
        auto value = is_rest ? decode_rest(captures.raw[index]) : decode_parameter(captures.raw[index]);
        if (!value) return {&entry, true};
        parts.params.emplace_back(entry.parameters[index], std::move(*value));
    }
    return {&entry};
}

}  // namespace mortise::http
