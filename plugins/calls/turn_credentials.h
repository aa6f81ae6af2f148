// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mortise/time.h>

namespace calls {

/// What a TURN server that shares our secret takes until it expires, with no word between the two: coturn's
/// `use-auth-secret`, draft-uberti-behave-turn-rest.
struct TurnCredentials {
    std::string username;  ///< "<expiry in unix seconds>:<who>"
    std::string credential;
};

TurnCredentials turn_credentials(std::string_view secret, std::string_view user_id, mortise::Time expires_at);

/// 20 bytes. SHA-1 because that is what TURN servers compute; as an HMAC it is not broken.
std::string hmac_sha1(std::string_view key, std::string_view text);

}  // namespace calls
