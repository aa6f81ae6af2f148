// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include <mortise/export.h>
#include <mortise/subscription.h>

namespace mortise {

/// The processes that share one Store: which of them live, and when one is lost.
///
/// A process is a node, under a new id at each start. Every few seconds it says that it lives; a node that
/// has not for ten seconds is lost: killed, frozen, or cut off from the store. One that stops in order
/// just goes, and nobody is told; what it leaves in the store it has to clear away itself. Where the store is
/// this process's own (Store::is_remote()) there is no other node, and nobody is ever lost.
class MORTISE_API Nodes {
public:
    /// A node that has not said for so long that it lives is lost.
    static constexpr std::chrono::seconds lost_after{10};
    using Listener = std::function<void(const std::string& node)>;

    virtual ~Nodes();
    /// The id of this process; never changes. Any thread, from start() on.
    virtual const std::string& self() const noexcept = 0;
    /// Whether a node lives. Of this one it is known; for others the store is asked, and the call waits and
    /// throws as the store's do. From ready() on.
    virtual bool is_alive(std::string_view node) const = 0;
    /// Calls `listener` with the id of each node that is lost, in under 20 seconds. Every node notices by
    /// itself, so it is called on all of them: what is done must bear being done twice.
    ///
    /// After being cut off for so long that the others count this node as lost, it is called with self():
    /// what was in the store about this node may have been cleared away and is to be written again.
    ///
    /// Runs on a thread of the service, one at a time, and keeps it from saying that this node lives: hand
    /// what may wait to Host::work(). What it throws is logged. While the store is away nobody is lost, nor
    /// in the first ten seconds after, so that all can come back.
    virtual Subscription on_lost(Listener listener) = 0;
};

}  // namespace mortise
