// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <mortise/export.h>
#include <mortise/time.h>

namespace mortise {

class Request;

/// Who asks, as a verified token says.
struct User {
    std::string id;
    std::string role;        ///< "user", "admin", …
    std::string session_id;  ///< empty for identities without sessions
    Time expires_at{};       ///< when the token ends
};

/// What became of the token a request came with.
struct Identified {
    std::shared_ptr<const User> user;  ///< null: nobody
    /// Why a token that was sent is not accepted ("expired", "revoked", "malformed"); empty when
    /// none was sent. Views a literal.
    std::string_view fault{};
};

/// Tells who asks. The service `identity`; plugins/auth provides it.
///
/// Called on loop threads for every request with a token: must not block and must not throw.
class MORTISE_API Identity {
public:
    static constexpr std::string_view service = "identity";

    virtual ~Identity();
    /// From the Authorization header (or a cookie, when the provider takes one).
    virtual Identified identify(const Request& request) const = 0;
    /// From a bare token, as sockets send it.
    virtual Identified identify_token(std::string_view token) const = 0;
};

}  // namespace mortise
