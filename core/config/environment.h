// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mortise::config {

/// All that reading a configuration asks of the world outside its text. Tests and fuzzers give their own.
struct Environment {
    /// The value of an environment variable; empty when it is not set.
    std::function<std::optional<std::string>(const std::string& name)> variable;
    /// The whole of a regular file; throws std::runtime_error saying why it cannot be read ("no such file").
    std::function<std::string(const std::filesystem::path& file, std::size_t max_size)> read;
    std::function<bool(const std::filesystem::path& file)> is_file;
    /// The files a pattern with * and ? stands for, sorted by name.
    std::function<std::vector<std::filesystem::path>(const std::filesystem::path& pattern)> match;
    /// The names of the folders inside a folder, sorted; empty when there is no such folder.
    std::function<std::vector<std::string>(const std::filesystem::path& folder)> folders;

    /// The process's own variables and the real file system.
    static Environment of_process();
    /// No variables and no files.
    static Environment empty();
};

}  // namespace mortise::config
