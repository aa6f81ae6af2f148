// SPDX-License-Identifier: Apache-2.0
#include "service/core_migrations.h"

#include <dlfcn.h>

#include <stdexcept>

namespace mortise::service {

namespace {

/// The file this code was loaded from, when that is a library; else the program.
std::filesystem::path home_of_this_code() {
    Dl_info facts{};
    if (::dladdr(reinterpret_cast<const void*>(&core_migrations), &facts) != 0 && facts.dli_fname != nullptr)
        if (const std::filesystem::path file = facts.dli_fname;
            file.filename().string().find(".so") != std::string::npos)
            return std::filesystem::canonical(file);
    return std::filesystem::read_symlink("/proc/self/exe");
}

}  // namespace

MigrationFolder core_migrations() {
    const std::filesystem::path home = home_of_this_code().parent_path();
    for (const char* above : {"..", "../.."})
        if (auto folder = (home / above / "share/mortise/migrations").lexically_normal();
            std::filesystem::is_directory(folder))
            return {.plugin = "mortise", .folder = folder};
    throw std::runtime_error("the server's own migrations are in no share/mortise/migrations near " +
                             home.string() + ": the installation is not complete");
}

}  // namespace mortise::service
