// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace mortise::app {

/// What the process ends with.
enum ExitCode : int { success = 0, failure = 1, configuration_fault = 2, plugin_fault = 3 };

/// Ends a command with one clear line on standard error.
class CommandFailed : public std::runtime_error {
public:
    CommandFailed(ExitCode code, const std::string& line) : std::runtime_error(line), code_(code) {}
    ExitCode code() const { return code_; }

private:
    ExitCode code_;
};

/// An option of a command.
struct CommandOption {
    std::string name;      // "role" for --role
    std::string argument;  // "ROLE"; empty for a flag
    std::string about;
};

/// What was typed after the command's words.
class Invocation {
public:
    std::vector<std::string> arguments;
    std::multimap<std::string, std::string, std::less<>> options;

    bool has(std::string_view name) const { return options.contains(name); }
    /// The last value given.
    std::optional<std::string> value(std::string_view name) const;
    /// In the order given.
    std::vector<std::string> values(std::string_view name) const;
};

struct Command {
    std::string words;      // "user create"
    std::string arguments;  // "EMAIL USERNAME"; checked against the number typed
    std::string about;
    std::vector<CommandOption> options;
    int (*run)(const Invocation& invocation);
};

/// Finds the command, reads its options and runs it; prints help and faults. Returns the exit code.
int run_command(const std::vector<Command>& commands, const std::vector<std::string>& words);

}  // namespace mortise::app
