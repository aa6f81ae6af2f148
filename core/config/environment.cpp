// SPDX-License-Identifier: Apache-2.0
#include "config/environment.h"

#include <glob.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace mortise::config {

namespace fs = std::filesystem;

namespace {

std::optional<std::string> variable_of_process(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
}

std::string reason(std::error_code error) {
    return error.default_error_condition().message();
}

std::string read_file(const fs::path& file, std::size_t max_size) {
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (status.type() == fs::file_type::not_found) throw std::runtime_error("there is no such file");
    if (error) throw std::runtime_error("it cannot be read: " + reason(error));
    if (fs::is_directory(status)) throw std::runtime_error("it is a folder, not a file");
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw std::runtime_error("it cannot be read: " + reason({errno, std::generic_category()}));
    // One byte more than allowed tells that there is more; works for pipes (/dev/fd/N) too.
    std::string text(max_size + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (stream.bad()) throw std::runtime_error("it cannot be read");
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return text;
}

bool is_regular_file(const fs::path& file) {
    std::error_code ignored;
    return fs::is_regular_file(file, ignored);
}

std::vector<fs::path> match_files(const fs::path& pattern) {
    glob_t found{};
    const std::unique_ptr<glob_t, void (*)(glob_t*)> guard(&found, globfree);
    std::vector<fs::path> files;
    if (glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) != 0) return files;
    for (std::size_t at = 0; at < found.gl_pathc; ++at) files.emplace_back(found.gl_pathv[at]);
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<std::string> folders_in(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_directory(ignored)) names.push_back(entry->path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

Environment Environment::of_process() {
    return {variable_of_process, read_file, is_regular_file, match_files, folders_in};
}

Environment Environment::empty() {
    Environment nothing;
    nothing.variable = [](const std::string&) -> std::optional<std::string> { return std::nullopt; };
    nothing.read = [](const fs::path&, std::size_t) -> std::string {
        throw std::runtime_error("there is no such file");
    };
    nothing.is_file = [](const fs::path&) { return false; };
    nothing.match = [](const fs::path&) { return std::vector<fs::path>(); };
    nothing.folders = [](const fs::path&) { return std::vector<std::string>(); };
    return nothing;
}

}  // namespace mortise::config
