// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "service/database/migrations.h"

namespace mortise::service {

/// The tables of the server itself, to be migrated before any plugin's. The files stand in
/// share/mortise/migrations beside the folder of the program (bin) or of the testing library (lib/mortise)
/// this code is part of, in the build as when installed.
MigrationFolder core_migrations();

}  // namespace mortise::service
