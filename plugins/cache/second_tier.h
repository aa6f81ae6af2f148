// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mortise/host.h>
#include <mortise/response.h>

#include "purge_teller.h"

namespace cache {

/// What a node finds in the tier that all nodes share.
struct SharedAnswer {
    mortise::Response answer;
    std::chrono::milliseconds age, lifetime;
};

/// The tags' versions as they stood at one moment, before what they describe was read; the first is that of
/// everything. Empty: the tier could not be asked, so nothing may be put there.
using Versions = std::vector<std::string>;

/// Answers kept in the Store, where that is one for all nodes. An answer stands there with the versions of
/// its tags; a purge gives its tag a new one. Where the store is away it holds nothing, and nobody notices.
class SecondTier {
public:
    /// Told in place of a tag: every tag.
    static constexpr std::string_view everything = PurgeTeller::everything;

    /// `purged` is called with each tag whose new version is in the store, on a thread of this object.
    SecondTier(mortise::Host& host, std::function<void(const std::string& tag)> purged);

    struct Question {
        std::optional<SharedAnswer> found;
        Versions versions;
    };
    /// Worker threads.
    Question ask(std::string_view key, const std::vector<std::string>& tags);
    /// Worker threads. `versions` are those ask() told, and there are some.
    void put(std::string_view key, const Versions& versions, const mortise::Response& answer,
             std::chrono::milliseconds lifetime);

    /// Any thread; never blocks. From its return on this node finds nothing older under this tag here; other
    /// nodes as soon as the store has it.
    void purge(std::string tag) { teller_.purge(std::move(tag)); }
    void stop() { teller_.stop(); }

private:
    void tell(const std::string& tag);
    void failed(const std::exception& fault);
    void succeeded();

    mortise::Host& host_;
    std::function<void(const std::string&)> purged_;
    std::atomic<bool> is_away_{false};
    PurgeTeller teller_;  // last: its thread uses the others
};

}  // namespace cache
