// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <mortise/request.h>

#include "http/path_pattern.h"

namespace mortise::http {

/// A set of methods; what a path answers to.
class MethodSet {
public:
    void add(Method method) { bits_ |= bit(method); }
    void add(const MethodSet& others) { bits_ |= others.bits_; }
    bool has(Method method) const { return (bits_ & bit(method)) != 0; }
    bool empty() const { return bits_ == 0; }
    /// "GET, HEAD, POST, OPTIONS": for Allow. Every path that is known answers OPTIONS, and HEAD where GET.
    std::string text() const;

private:
    static constexpr unsigned bit(Method method) { return 1U << static_cast<unsigned>(method); }
    unsigned bits_ = 0;
};

/// Finds the route of a method and a normalised path. Immutable once built; places are numbers the
/// caller gave.
///
/// Literal segments go before `{name}`, `{name}` before `{name*}`, from left to right; among the patterns
/// that match the path the first with a route for the method is taken (HEAD falls back to GET, then
/// any). `{name}` takes one segment that is not empty; `{name*}` takes the rest, which may be empty. One
/// slash at the end of the path is ignored.
class Router {
public:
    /// The raw values of a match's parameters, in the pattern's order.
    struct Captures {
        std::array<std::string_view, max_path_parameters> raw;
        std::size_t count = 0;
    };

    Router();
    /// False when this method and shape are taken. `method` empty: every method.
    bool add(std::optional<Method> method, const PathPattern& pattern, std::uint32_t place);

    std::optional<std::uint32_t> find(Method method, std::string_view path, Captures& captures) const;
    /// The methods with a route for this path, over all patterns that match it; empty: no such path.
    MethodSet allowed(std::string_view path) const;

private:
    static constexpr std::uint32_t nothing = UINT32_MAX;

    /// The routes of one shape by method; the last place is for every method.
    struct Leaf {
        std::array<std::uint32_t, 9> places;
        Leaf() { places.fill(nothing); }
        std::uint32_t at(Method method) const;
        bool empty() const;
    };
    struct Node {
        std::vector<std::pair<std::string, std::uint32_t>> literals;
        std::uint32_t one = nothing;
        Leaf leaf;
        Leaf rest;
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    std::uint32_t child(std::uint32_t parent, const PathPattern::Segment& segment);
    std::uint32_t search(std::uint32_t node, std::string_view rest, Method method, Captures& captures) const;
    void collect(std::uint32_t node, std::string_view rest, MethodSet& methods) const;

    std::vector<Node> nodes_;
    // Paths without parameters, whole: most requests end here after one look.
    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> literal_paths_;
};

}  // namespace mortise::http
