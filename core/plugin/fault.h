// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <mortise/text.h>

namespace mortise::plugin {

/// Why one plugin can't be used: one line for the operator.
class PluginFault : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Everything that keeps the plugins from starting, told at once. The server ends with exit code 3.
class PluginFaults : public std::runtime_error {
public:
    explicit PluginFaults(std::vector<std::string> lines)
        : std::runtime_error(join(lines, "\n")), lines_(std::move(lines)) {}

    const std::vector<std::string>& lines() const { return lines_; }

private:
    std::vector<std::string> lines_;
};

}  // namespace mortise::plugin
