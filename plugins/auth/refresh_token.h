// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace auth {

/// A refresh token: the session it belongs to, its place in that session's chain, and a secret.
///
/// Each token is replaced by one successor, whose secret is an HMAC of the token itself: any node derives
/// the same one, and a token used long ago proves itself by walking the chain up to the newest.
class RefreshToken {
public:
    /// The first of a session.
    static RefreshToken make(std::string_view session_id);
    /// Nothing for what is no refresh token.
    static std::optional<RefreshToken> parse(std::string_view text);

    RefreshToken successor(std::string_view derivation_key) const;

    /// What the client keeps: 70 characters.
    std::string text() const;
    /// What the database keeps.
    std::string hash() const;
    /// The session's id as new_id() writes it.
    const std::string& session_id() const { return session_id_; }
    std::uint32_t generation() const { return generation_; }

private:
    RefreshToken(std::string session_id, std::uint32_t generation, std::string secret);
    std::string bytes() const;

    std::string session_id_;
    std::uint32_t generation_;
    std::string secret_;
};

}  // namespace auth
