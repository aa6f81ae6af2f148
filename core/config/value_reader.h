// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "config/environment.h"
#include "config/schema.h"

namespace mortise::config {

/// Makes typed values from a tree by the rows of a schema, and reports everything in which they differ.
/// What it returns is to be used only when no fault was added.
class ValueReader {
public:
    /// Both must outlive the reader. Without an environment nothing is interpolated: defaults in a schema.
    ValueReader(const Environment* environment, Faults& faults)
        : environment_(environment), faults_(faults) {}

    /// A group of options. `node` is a map, or null for a group without anything in it; `place` is where a
    /// required option that is missing is reported.
    Options group(const Schema& rows, const Node& node, const std::string& path, const Place& place);
    /// One value, given under a key at `place`.
    OptionValue value(const Row& row, const Node& node, const std::string& path, const Place& place);

private:
    struct Scalar {
        std::string text;
        bool is_plain = false;   // may be a number or a flag
        bool is_literal = true;  // stands in the file itself
    };

    OptionValue absent(const Row& row, const std::string& path, const Place& place);
    OptionValue given(const Row& row, const Node& node, const std::string& path, const Place& place);
    OptionValue secret(const Row& row, const Node& node, const std::string& path);
    OptionValue list(const Row& row, const Node& node, const std::string& path);
    OptionValue entries(const Row& row, const Node& node, const std::string& path);

    std::optional<Scalar> scalar(const Row& row, const Node& node, const std::string& path);
    OptionValue text(const Row& row, const Node& node, const std::string& path);
    OptionValue typed(const Row& row, const Node& node, const Scalar& given, const std::string& path);
    void check_text(const Row& row, const Node& node, const Scalar& given, const std::string& path);
    void check_bounds(const Row& row, const Node& node, double value, const std::string& path);
    void check_count(const Row& row, const Node& node, std::size_t count, const std::string& path);
    void for_shadowed(const Node& node, const std::function<void(const Node&)>& read);
    void fault(const Place& place, const std::string& path, std::string text);

    const Environment* environment_;
    Faults& faults_;
    bool in_shadow_ = false;  // reading what a later file replaced: its interpolations are not looked at
};

}  // namespace mortise::config
