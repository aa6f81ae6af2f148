// SPDX-License-Identifier: Apache-2.0
#include "folder.h"

#include <string>
#include <system_error>

#include <mortise/text.h>

namespace web {

namespace fs = std::filesystem;

namespace {

bool shows_only_plain_names(std::string_view path) {
    while (!path.empty())
        if (mortise::take_until(path, '/').starts_with('.')) return false;
    return true;
}

}  // namespace

Folder::Entry Folder::find(std::string_view path) const {
    std::error_code fault;
    const std::string root = fs::canonical(root_, fault).native();
    if (fault) return {};
    const fs::path found = fs::canonical(root + '/' + std::string(path), fault);
    if (fault) return {};

    std::string_view inside = found.native();
    if (!inside.starts_with(root)) return {};
    inside.remove_prefix(root.size());
    if (!inside.empty() && inside.front() != '/' && !root.ends_with('/')) return {};
    if (!shows_only_plain_names(path) || !shows_only_plain_names(inside)) return {};

    const fs::file_status status = fs::status(found, fault);
    if (fs::is_regular_file(status)) return {Kind::file, found};
    if (fs::is_directory(status)) return {Kind::folder, found};
    return {};
}

}  // namespace web
