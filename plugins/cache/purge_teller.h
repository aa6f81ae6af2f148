// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace cache {

/// Tells the store which tags were purged, in a thread of its own, again and again until the store has heard
/// it. Any thread may ask.
class PurgeTeller {
public:
    /// Told in place of too many tags: every tag.
    static constexpr std::string_view everything = "*";

    /// `tell` may block; it throws when the store did not hear it.
    explicit PurgeTeller(std::function<void(const std::string& tag)> tell);
    ~PurgeTeller();
    PurgeTeller(const PurgeTeller&) = delete;
    PurgeTeller& operator=(const PurgeTeller&) = delete;

    /// Ends the thread; what is untold then stays so.
    void stop();
    void purge(std::string tag);
    /// One of these tags was purged, and the store may not know yet.
    bool is_untold(const std::vector<std::string>& tags) const;

private:
    void work();
    bool tell_all();

    const std::function<void(const std::string&)> tell_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, std::uint64_t, std::less<>> untold_;  // and which purge it was
    std::uint64_t purges_ = 0;
    bool is_over_ = false;
    std::thread thread_;
};

}  // namespace cache
