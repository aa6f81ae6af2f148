// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <mortise/error.h>

namespace mortise::service {

/// What is thrown when the database is away, too slow or full of waiting work: a 503 with Retry-After.
Error database_unavailable(std::string private_detail);

}  // namespace mortise::service
