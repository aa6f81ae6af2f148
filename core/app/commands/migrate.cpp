// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/assembly.h"
#include "app/commands.h"
#include "app/configuration_files.h"

namespace mortise::app {

namespace {

int migrate(const Invocation& invocation) {
    Substitutes substitutes;
    substitutes.is_quiet = true;
    Assembly assembly(load_configuration(invocation), substitutes);
    if (invocation.has("pending")) {
        for (const service::Migration& migration : assembly.pending_migrations())
            std::cout << migration.plugin << '/' << migration.name << '\n';
        return success;
    }
    const auto applied = assembly.migrate();
    for (const service::Migration& migration : applied)
        std::cout << "applied " << migration.plugin << '/' << migration.name << '\n';
    if (applied.empty()) std::cout << "The database is up to date.\n";
    return success;
}

}  // namespace

Command migrate_command() {
    return {"migrate",
            "",
            "Brings the database up to date, as serve does too; safe to run from several nodes at once.",
            {config_option, {"pending", "", "Only lists what would be done."}},
            migrate};
}

}  // namespace mortise::app
