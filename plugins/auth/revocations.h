// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include <mortise/time.h>

namespace auth {

/// What has changed since the access tokens that are about were made: sessions that ended, roles that are
/// others now. Each entry is kept until the last token it concerns has ended by itself. Safe from every
/// thread.
class Revocations {
public:
    void end_session(std::string_view session_id, mortise::Time until, mortise::Time now);
    void change_role(std::string_view account_id, std::string_view role, mortise::Time until,
                     mortise::Time now);

    bool is_ended(std::string_view session_id) const;
    /// The role that counts instead of the token's; nothing: the token's.
    std::optional<std::string> role_of(std::string_view account_id) const;
    std::size_t size() const;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    template <class Value>
    using ById = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;
    struct Role {
        std::string name;
        mortise::Time until;
    };

    void sweep(mortise::Time now);

    mutable std::shared_mutex mutex_;
    ById<mortise::Time> ended_sessions_;
    ById<Role> roles_;
    mortise::Time next_sweep_{};
};

}  // namespace auth
