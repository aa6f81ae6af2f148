// SPDX-License-Identifier: Apache-2.0
#include "service/core_migrations.h"

#include <stdexcept>

namespace mortise::service {

MigrationFolder core_migrations() {
    const auto program = std::filesystem::read_symlink("/proc/self/exe");
    const auto folder = program.parent_path().parent_path() / "share" / "mortise" / "migrations";
    if (!std::filesystem::is_directory(folder))
        throw std::runtime_error("the server's own migrations are not at " + folder.string() +
                                 ": the installation is not complete");
    return {.plugin = "mortise", .folder = folder};
}

}  // namespace mortise::service
