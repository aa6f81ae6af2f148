// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace auth {

/// The bytes as C libraries want them.
inline const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// 32 bytes from the kernel.
std::string random_key();
/// HMAC-SHA256: 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view text);
/// SHA-256 in base64url: 43 characters.
std::string sha256_text(std::string_view text);
/// Takes as long whether or not they differ, and wherever.
bool equal_in_constant_time(std::string_view left, std::string_view right);
/// Overwrites what was secret.
void wipe(std::string& secret);

}  // namespace auth
