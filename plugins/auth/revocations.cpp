// SPDX-License-Identifier: Apache-2.0
#include "revocations.h"

#include <mutex>

namespace auth {

using mortise::Time;

void Revocations::end_session(std::string_view session_id, Time until, Time now) {
    const std::unique_lock lock(mutex_);
    sweep(now);
    if (until > now) ended_sessions_.insert_or_assign(std::string(session_id), until);
}

void Revocations::change_role(std::string_view account_id, std::string_view role, Time until, Time now) {
    const std::unique_lock lock(mutex_);
    sweep(now);
    if (until > now) roles_.insert_or_assign(std::string(account_id), Role{std::string(role), until});
}

bool Revocations::is_ended(std::string_view session_id) const {
    const std::shared_lock lock(mutex_);
    return ended_sessions_.find(session_id) != ended_sessions_.end();
}

std::optional<std::string> Revocations::role_of(std::string_view account_id) const {
    const std::shared_lock lock(mutex_);
    const auto found = roles_.find(account_id);
    if (found == roles_.end()) return std::nullopt;
    return found->second.name;
}

std::size_t Revocations::size() const {
    const std::shared_lock lock(mutex_);
    return ended_sessions_.size() + roles_.size();
}

void Revocations::sweep(Time now) {
    if (now < next_sweep_) return;
    next_sweep_ = now + std::chrono::minutes(1);
    std::erase_if(ended_sessions_, [&](const auto& entry) { return entry.second <= now; });
    std::erase_if(roles_, [&](const auto& entry) { return entry.second.until <= now; });
}

}  // namespace auth
