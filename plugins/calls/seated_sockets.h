// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace calls {

/// The sockets of this node that may hold a seat: so that the many others cost no query when they go. Known
/// before the seat is stored, and until the seat knows that the socket, which has had its last event, is
/// gone.
class SeatedSockets {
public:
    void add(std::string_view socket_id) const {
        const std::scoped_lock lock(mutex_);
        present_.emplace(socket_id);
    }
    /// This one is gone; if it never held a seat, nothing is to be done.
    void gone(std::string_view socket_id) const {
        const std::scoped_lock lock(mutex_);
        if (auto found = present_.extract(std::string(socket_id))) gone_.push_back(std::move(found.value()));
    }
    /// Those that are gone and whose seats don't know it yet. Who can't tell them gives them back by again().
    std::vector<std::string> take_gone() const {
        const std::scoped_lock lock(mutex_);
        return std::exchange(gone_, {});
    }
    void again(std::string socket_id) const {
        const std::scoped_lock lock(mutex_);
        gone_.push_back(std::move(socket_id));
    }

private:
    mutable std::mutex mutex_;
    mutable std::unordered_set<std::string> present_;
    mutable std::vector<std::string> gone_;
};

}  // namespace calls
