// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include <algorithm>

namespace mortise::http {

namespace {

constexpr std::size_t every_method = 8;
static_assert(static_cast<std::size_t>(Method::other) == every_method - 1);

// Cuts the first segment off "/a/b": returns "a", leaves "/b".
std::string_view take_segment(std::string_view& rest) {
    rest.remove_prefix(1);
    const std::size_t end = rest.find('/');
    const std::string_view segment = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
    return segment;
}

// "" and "/" both stand for "nothing more": the slash at the end is ignored.
bool is_end(std::string_view rest) {
    return rest.size() <= 1;
}

}  // namespace

std::string MethodSet::text() const {
    std::string text;
    for (const Method method :
         {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::delete_})
        if (has(method) || (method == Method::head && has(Method::get)))
            text += std::string(name_of(method)) + ", ";
    return text + "OPTIONS";
}

std::uint32_t Router::Leaf::at(Method method) const {
    if (const auto exact = places[static_cast<std::size_t>(method)]; exact != nothing) return exact;
    if (method == Method::head)
        if (const auto get = places[static_cast<std::size_t>(Method::get)]; get != nothing) return get;
    return places[every_method];
}

bool Router::Leaf::empty() const {
    return std::all_of(places.begin(), places.end(), [](std::uint32_t place) { return place == nothing; });
}

Router::Router() : nodes_(1) {}

bool Router::add(std::optional<Method> method, const PathPattern& pattern, std::uint32_t place) {
    std::uint32_t node = 0;
    bool takes_rest = false;
    for (const PathPattern::Segment& segment : pattern.segments) {
        takes_rest = segment.kind == PathPattern::Kind::rest;
        if (!takes_rest) node = child(node, segment);
    }
    Leaf& leaf = takes_rest ? nodes_[node].rest : nodes_[node].leaf;
    std::uint32_t& slot = leaf.places[method ? static_cast<std::size_t>(*method) : every_method];
    if (slot != nothing) return false;
    slot = place;
    if (pattern.is_literal()) literal_paths_[pattern.shape()] = node;
    return true;
}

std::uint32_t Router::child(std::uint32_t parent, const PathPattern::Segment& segment) {
    const auto fresh = static_cast<std::uint32_t>(nodes_.size());
    if (segment.kind == PathPattern::Kind::one) {
        if (nodes_[parent].one != nothing) return nodes_[parent].one;
        nodes_[parent].one = fresh;
    } else {
        for (const auto& [text, node] : nodes_[parent].literals)
            if (text == segment.text) return node;
        nodes_[parent].literals.emplace_back(segment.text, fresh);
    }
    nodes_.emplace_back();
    return fresh;
}

std::optional<std::uint32_t> Router::find(Method method, std::string_view path, Captures& captures) const {
    captures.count = 0;
    if (!path.starts_with('/')) return std::nullopt;
    if (const auto literal = literal_paths_.find(path); literal != literal_paths_.end())
        if (const auto place = nodes_[literal->second].leaf.at(method); place != nothing) return place;
    const std::uint32_t place = search(0, path, method, captures);
    if (place == nothing) return std::nullopt;
    return place;
}

// Every node is entered at most once for a path, so backtracking costs no more than the table is large.
std::uint32_t Router::search(std::uint32_t at, std::string_view rest, Method method,
                             Captures& captures) const {
    const Node& node = nodes_[at];
    if (is_end(rest)) {
        if (const auto place = node.leaf.at(method); place != nothing) return place;
    } else {
        std::string_view behind = rest;
        const std::string_view segment = take_segment(behind);
        for (const auto& [text, child] : node.literals) {
            if (text != segment) continue;
            if (const auto place = search(child, behind, method, captures); place != nothing) return place;
            break;
        }
        if (node.one != nothing && !segment.empty()) {
            const std::size_t held = captures.count;
            captures.raw[captures.count++] = segment;
            if (const auto place = search(node.one, behind, method, captures); place != nothing) return place;
            captures.count = held;
        }
    }
    const std::uint32_t place = node.rest.at(method);
    if (place != nothing) captures.raw[captures.count++] = rest.empty() ? rest : rest.substr(1);
    return place;
}

MethodSet Router::allowed(std::string_view path) const {
    MethodSet methods;
    if (path.starts_with('/')) collect(0, path, methods);
    return methods;
}

void Router::collect(std::uint32_t at, std::string_view rest, MethodSet& methods) const {
    const auto add = [&methods](const Leaf& leaf) {
        for (std::size_t method = 0; method < every_method; ++method)
            if (leaf.places[method] != nothing || leaf.places[every_method] != nothing)
                methods.add(static_cast<Method>(method));
    };
    const Node& node = nodes_[at];
    add(node.rest);
    if (is_end(rest)) return add(node.leaf);
    const std::string_view segment = take_segment(rest);
    for (const auto& [text, child] : node.literals)
        if (text == segment) collect(child, rest, methods);
    if (node.one != nothing && !segment.empty()) collect(node.one, rest, methods);
}

}  // namespace mortise::http
