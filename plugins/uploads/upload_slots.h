// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace uploads {

/// How many uploads run at once, in all and for each person: a slow one holds a worker as long as it lasts.
class UploadSlots {
public:
    UploadSlots(int most, int most_each) : most_(most), most_each_(most_each) {}

    /// A place, given back at the end of its life; must not outlive the slots.
    class Slot {
    public:
        Slot(UploadSlots& slots, std::string user_id) : slots_(slots), user_id_(std::move(user_id)) {}
        ~Slot() { slots_.leave(user_id_); }
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;

    private:
        UploadSlots& slots_;
        const std::string user_id_;
    };
    /// Throws Error: unavailable when all are taken, rate_limited when this person has theirs.
    Slot enter(std::string_view user_id);

private:
    void leave(const std::string& user_id);

    const int most_;
    const int most_each_;
    std::mutex mutex_;
    int taken_ = 0;
    std::map<std::string, int, std::less<>> taken_by_;
};

}  // namespace uploads
