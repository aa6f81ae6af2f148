// SPDX-License-Identifier: Apache-2.0
#include "service/database/nesting.h"

#include <stdexcept>

namespace mortise::service {

thread_local const void* NestingGuard::inside_ = nullptr;

void NestingGuard::refuse_inside(const void* database) {
    if (inside_ == database)
        throw std::logic_error(
            "a database call inside a function of read() or write(): use the Reader or Transaction it was "
            "given");
}

}  // namespace mortise::service
