// SPDX-License-Identifier: Apache-2.0
#include "service/database/unavailable.h"

#include <chrono>

namespace mortise::service {

Error database_unavailable(std::string private_detail) {
    return Error(Code::unavailable, "The database is not available at the moment.", std::move(private_detail))
        .named("database_unavailable")
        .retry_after(std::chrono::seconds{1});
}

}  // namespace mortise::service
