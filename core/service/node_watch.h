// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <mortise/log.h>
#include <mortise/services/clock.h>
#include <mortise/services/nodes.h>
#include <mortise/services/store.h>

#include "service/subscribers.h"

namespace mortise::service {

struct NodeSettings {
    std::chrono::milliseconds lease = Nodes::lost_after;       ///< a node silent for so long is lost
    std::chrono::milliseconds beat = std::chrono::seconds(3);  ///< how often each says that it lives
};

/// Each node keeps a lease in the store and its id on a list there; each looks for ids on the list whose
/// lease is gone.
class NodeWatch final : public Nodes {
public:
    /// `store` and `clock` outlive this.
    NodeWatch(const NodeSettings& settings, Store& store, const Clock& clock, Log log);
    ~NodeWatch() override;

    const std::string& self() const noexcept override { return self_; }
    bool is_alive(std::string_view node) const override;
    Subscription on_lost(Listener listener) override;

    /// Beats once, and then on a thread of its own. Nothing happens where the store is not shared.
    void start();
    /// This node goes, and is no longer on the list.
    void stop();

    /// Says that this node lives and looks who does not any more. False when the store did not answer. What
    /// the thread does; one call at a time.
    bool beat();
    /// Tells the listeners.
    void tell_lost(const std::string& node) const;

    /// Where the store keeps a node's lease.
    static std::string lease_key(std::string_view node);

private:
    using Moment = std::chrono::steady_clock::time_point;

    void run(const std::stop_token& stopping);
    bool renew();
    void look_around();
    void miss(const std::string& node);

    const NodeSettings settings_;
    const std::string self_;
    Store& store_;
    const Clock& clock_;
    const Log log_;
    Subscribers subscribers_;

    // Of beat() alone.
    std::optional<Moment> renewed_at_;
    std::optional<Moment> steady_since_;  // no beat since has failed; empty: the last one did
    bool is_cut_off_ = false;
    std::map<std::string, Moment> lost_;  // who is lost, told, and still on the list

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::jthread thread_;
};

}  // namespace mortise::service
