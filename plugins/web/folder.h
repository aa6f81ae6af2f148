// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

namespace web {

/// A folder as it is seen from outside: no names that begin with a dot, no way out. Looked at anew for
/// every question, so that files (and the folder itself, where it is a link) may be replaced while we serve.
class Folder {
public:
    enum class Kind { nothing, file, folder };
    struct Entry {
        Kind kind = Kind::nothing;
        std::filesystem::path path;  // without links
        bool is_file() const { return kind == Kind::file; }
    };

    explicit Folder(std::filesystem::path root) : root_(std::move(root)) {}

    /// `path` is decoded and relative; empty: the folder itself. A link is followed as long as it stays
    /// inside. What may not be read is not there.
    Entry find(std::string_view path) const;

private:
    std::filesystem::path root_;
};

}  // namespace web
