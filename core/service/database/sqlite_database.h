// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "service/database/database.h"

namespace mortise::service {

/// `path` is what stands after "sqlite:": a path, or ":memory:". Throws as open_database() does.
std::unique_ptr<Database> open_sqlite(std::string_view path, const DatabaseSettings& settings);

}  // namespace mortise::service
