// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mortise::plugin {

struct TrialSettings {
    /// A program that hands `trial_command` to run_trial() before it does anything else: this very one.
    std::filesystem::path program = "/proc/self/exe";
    /// How long one plugin may take to load and construct.
    std::chrono::milliseconds limit = std::chrono::seconds(5);
};

/// Loads each library and constructs its plugin once in a process of its own, all at the same time, so
/// that code that crashes, exits or hangs when it is loaded does so there. One entry for each file, in
/// order: nothing when it went well, else one line that begins with the file's name.
///
/// Safe to call with threads running: nothing is forked but a program that is started anew.
/// Throws std::runtime_error when that program can't be run.
std::vector<std::optional<std::string>> try_loading(const std::vector<std::filesystem::path>& files,
                                                    const TrialSettings& settings = {});

/// The first argument of the program when it is started for a trial; for no person to type.
inline constexpr std::string_view trial_command = "trial-load";

/// The other side: what follows `trial_command` on the command line; the exit code. Call it first in
/// main(), before any thread is started.
int run_trial(std::span<char* const> arguments);

}  // namespace mortise::plugin
