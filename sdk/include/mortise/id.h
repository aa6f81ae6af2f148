// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <mortise/export.h>

namespace mortise {

/// A new id: a UUID version 7 (RFC 9562) as 36 characters of lower-case text.
///
/// Later ids of one process sort after earlier ones, whatever the clock does and whichever thread asks;
/// ids of several nodes sort by their clocks. 62 of its bits are random: unique, but not a secret, and it
/// tells when it was made. Safe from every thread. Throws std::system_error when the kernel has no
/// randomness.
MORTISE_API std::string new_id();

}  // namespace mortise
