// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

namespace calls {

/// The sockets of this node that may hold a seat: so that the many others cost no query when they go. Known
/// before the seat is stored, and until the socket goes, which is after its last event.
class SeatedSockets {
public:
    void add(std::string_view socket_id) const {
        const std::scoped_lock lock(mutex_);
        ids_.emplace(socket_id);
    }
    /// False when it never held one.
    bool remove(std::string_view socket_id) const {
        const std::scoped_lock lock(mutex_);
        return ids_.erase(std::string(socket_id)) > 0;
    }

private:
    mutable std::mutex mutex_;
    mutable std::unordered_set<std::string> ids_;
};

}  // namespace calls
