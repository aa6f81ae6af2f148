// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/database/primary_reads.h>

namespace mortise {

namespace {

thread_local bool is_primary_wanted = false;

}  // namespace

PrimaryReads::PrimaryReads(bool are_wanted) noexcept : outer_(is_primary_wanted) {
    is_primary_wanted = outer_ || are_wanted;
}

PrimaryReads::~PrimaryReads() {
    is_primary_wanted = outer_;
}

bool PrimaryReads::are_wanted() noexcept {
    return is_primary_wanted;
}

}  // namespace mortise
