// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "places.h"

namespace mortise::test {

inline std::filesystem::path test_plugin(const std::string& name) {
    return build_dir() / "test-plugins" / name / ("lib" + name + ".so");
}

inline std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// The bytes with one text in them changed for another of the same length, everywhere.
inline std::string with(std::string bytes, const std::string& from, const std::string& to) {
    std::size_t place = bytes.find(from);
    if (place == bytes.npos || from.size() != to.size()) throw std::logic_error("there is no " + from);
    for (; place != bytes.npos; place = bytes.find(from, place)) bytes.replace(place, to.size(), to);
    return bytes;
}

/// A folder that is there as long as the object.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "mortise-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path write(const std::string& name, const std::string& bytes) const {
        std::ofstream(path_ / name, std::ios::binary) << bytes;
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

/// A variable of the environment, for as long as the object.
class Environment {
public:
    Environment(std::string name, const std::string& value) : name_(std::move(name)) {
        ::setenv(name_.c_str(), value.c_str(), 1);
    }
    ~Environment() { ::unsetenv(name_.c_str()); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

private:
    std::string name_;
};

}  // namespace mortise::test
