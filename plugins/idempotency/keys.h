// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <mortise/request.h>

namespace idempotency {

/// Where the request's key stands in the Store: everybody has keys of their own, and each path too. Throws
/// Error(malformed) for a key that is none: 1 to 255 visible ASCII characters.
std::string store_key_of(const mortise::Request& request);

/// The body, so that a key used again for something else is noticed.
std::string fingerprint_of(const mortise::Request& request);

}  // namespace idempotency
