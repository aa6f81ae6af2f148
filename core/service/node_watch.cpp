// SPDX-License-Identifier: Apache-2.0
#include "service/node_watch.h"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include <mortise/id.h>
#include <mortise/text.h>

namespace mortise::service {

namespace {

constexpr std::string_view list_key = "nodes";
constexpr std::string_view lost = "lost";
constexpr std::chrono::milliseconds pause_after_failure{1000};

}  // namespace

NodeWatch::NodeWatch(const NodeSettings& settings, Store& store, const Clock& clock, Log log)
    : settings_(settings), self_(new_id()), store_(store), clock_(clock), log_(std::move(log)) {}

NodeWatch::~NodeWatch() {
    stop();
}

std::string NodeWatch::lease_key(std::string_view node) {
    return "nodes:" + std::string(node);
}

bool NodeWatch::is_alive(std::string_view node) const {
    return node == self_ || store_.exists(lease_key(node));
}

Subscription NodeWatch::on_lost(Listener listener) {
    return subscribers_.add(lost, 0,
                            [listener = std::move(listener)](const void* node) {
                                listener(*static_cast<const std::string*>(node));
                            },
                            {});
}

void NodeWatch::tell_lost(const std::string& node) const {
    if (const auto listeners = subscribers_.of(lost))
        for (const auto& listener : *listeners) listener->tell(&node, log_);
}

void NodeWatch::start() {
    if (!store_.is_remote()) return;
    beat();
    thread_ = std::jthread([this](const std::stop_token& stopping) { run(stopping); });
}

void NodeWatch::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
    try {
        store_.set_remove(list_key, self_);  // first: nobody on the list is without a lease
        store_.remove(lease_key(self_));
    } catch (const std::exception& fault) {
        log_.warn("the other nodes will count this one as lost", {{"why", fault.what()}});
    }
}

void NodeWatch::run(const std::stop_token& stopping) {
    std::unique_lock lock(mutex_);
    while (true) {
        const auto pause = is_cut_off_ ? std::min(settings_.beat, pause_after_failure) : settings_.beat;
        changed_.wait_for(lock, stopping, pause, [] { return false; });
        if (stopping.stop_requested()) return;
        beat();
    }
}

bool NodeWatch::beat() {
    try {
        if (renew()) {
            log_.warn("this node could not be seen for so long that the others count it as lost");
            tell_lost(self_);
        }
        if (clock_.steady_now() - *steady_since_ >= settings_.lease) look_around();
    } catch (const std::exception& fault) {
        steady_since_.reset();
        if (!std::exchange(is_cut_off_, true))
            log_.warn("the other nodes can't see this one", {{"why", fault.what()}});
        return false;
    }
    if (std::exchange(is_cut_off_, false)) log_.info("the other nodes see this one again");
    return true;
}

// True when it comes so late that the others have had reason to count this node as lost.
bool NodeWatch::renew() {
    const Moment begun = clock_.steady_now();
    store_.set(lease_key(self_), "", settings_.lease);
    store_.set_add(list_key, self_);  // second: nobody is on the list without a lease
    const bool was_lost = renewed_at_ && clock_.steady_now() - *renewed_at_ >= settings_.lease;
    renewed_at_ = begun;
    if (was_lost || !steady_since_) steady_since_ = begun;
    return was_lost;
}

void NodeWatch::look_around() {
    std::vector<std::string> nodes = store_.set_members(list_key);
    std::erase(nodes, self_);
    std::erase_if(lost_, [&](const auto& known) { return !contains(nodes, known.first); });
    if (nodes.empty()) return;
    std::vector<std::string> keys;
    for (const std::string& node : nodes) keys.push_back(lease_key(node));
    const auto leases = store_.get_many(keys);
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        if (leases[at])
            lost_.erase(nodes[at]);
        else
            miss(nodes[at]);
    }
}

void NodeWatch::miss(const std::string& node) {
    // Who stops is off the list before its lease is gone.
    if (!store_.set_contains(list_key, node)) return;
    const auto [known, is_news] = lost_.try_emplace(node, clock_.steady_now());
    if (is_news) {
        log_.warn("a node is lost", {{"node", node}});
        tell_lost(node);
    } else if (clock_.steady_now() - known->second >= 3 * settings_.lease) {
        store_.set_remove(list_key, node);  // by now every node has seen it missing
    }
}

}  // namespace mortise::service
