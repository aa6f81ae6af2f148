// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "service/database/database.h"

namespace mortise::service {

/// The database at settings.url ("postgresql://…") and its replicas. Connects at the first use.
std::unique_ptr<Database> open_postgresql(const DatabaseSettings& settings);

}  // namespace mortise::service
