// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/export.h>
#include <mortise/subscription.h>

namespace mortise {

/// Small shared state that may be lost: counters, presence, locks, caches. In this process without Redis,
/// shared by all nodes with it; what must survive belongs in the Database.
///
/// Calls may wait for the network: use them from handlers on the worker pool and from jobs. Where
/// is_remote(), inline handlers and other work on I/O threads get std::logic_error instead. Every single call
/// is atomic over all threads and nodes. Keys are one space for all plugins: begin them with the plugin's
/// name ("chat:presence:7"). Keys and values are bytes.
///
/// One key holds one kind: a text, a hash or a set. Asking a key for another kind than it holds throws
/// std::logic_error. A hash or set that became empty is gone.
///
/// Throws Error(Code::unavailable) when the store can't be reached or is full: nothing is ever evicted, a
/// full store refuses what would grow it until something expires or is removed.
class MORTISE_API Store {
public:
    using Milliseconds = std::chrono::milliseconds;
    /// Empty: for ever. Zero or less: std::invalid_argument.
    using Ttl = std::optional<Milliseconds>;

    struct AddOptions {
        Ttl ttl = {};                              ///< given to the number when this call makes it
        std::optional<std::int64_t> at_most = {};  ///< a result above this is not stored
    };
    struct Added {
        std::int64_t value;  ///< the number as it stands after the call
        bool stored;         ///< false: `at_most` refused it and `value` is unchanged
        Ttl expires_in;      ///< empty: never
    };

    virtual ~Store();
    /// True when calls wait for another server, which all nodes share; false: it is all in this process, and
    /// no call waits. Never changes.
    virtual bool is_remote() const noexcept = 0;

    // Texts
    virtual std::optional<std::string> get(std::string_view key) = 0;
    /// In the order of the keys; one round trip.
    virtual std::vector<std::optional<std::string>> get_many(const std::vector<std::string>& keys) = 0;
    /// Replaces whatever was there, its kind and its ttl included.
    virtual void set(std::string_view key, std::string_view value, Ttl ttl = {}) = 0;
    /// False when the key exists, whatever its kind; then nothing changes.
    virtual bool set_if_absent(std::string_view key, std::string_view value, Ttl ttl = {}) = 0;
    /// False when the key does not hold exactly `expected`; then nothing changes. `ttl` replaces the old one.
    virtual bool compare_and_set(std::string_view key, std::string_view expected, std::string_view value,
                                 Ttl ttl = {}) = 0;
    /// False when the key does not hold exactly `expected`: releases only one's own lock.
    virtual bool compare_and_remove(std::string_view key, std::string_view expected) = 0;
    /// Adds to the whole number at `key`, 0 when there is none; keeps a running ttl. std::logic_error when
    /// the text is no number; std::out_of_range when the sum leaves 64 bits.
    virtual Added add(std::string_view key, std::int64_t amount, AddOptions options) = 0;
    Added add(std::string_view key, std::int64_t amount = 1) { return add(key, amount, AddOptions{}); }

    // Hashes
    virtual std::optional<std::string> hash_get(std::string_view key, std::string_view field) = 0;
    /// True when the field is new.
    virtual bool hash_set(std::string_view key, std::string_view field, std::string_view value) = 0;
    virtual bool hash_remove(std::string_view key, std::string_view field) = 0;
    /// Adds to the whole number in the field, 0 when there is none; the result.
    virtual std::int64_t hash_add(std::string_view key, std::string_view field, std::int64_t amount) = 0;
    virtual std::map<std::string, std::string> hash_all(std::string_view key) = 0;

    // Sets
    /// True when the member is new.
    virtual bool set_add(std::string_view key, std::string_view member) = 0;
    virtual bool set_remove(std::string_view key, std::string_view member) = 0;
    virtual bool set_contains(std::string_view key, std::string_view member) = 0;
    virtual std::size_t set_size(std::string_view key) = 0;
    /// In no order.
    virtual std::vector<std::string> set_members(std::string_view key) = 0;

    // Any kind
    virtual bool exists(std::string_view key) = 0;
    /// False when there was none.
    virtual bool remove(std::string_view key) = 0;
    /// Gives a key that exists a new life, counted from now; false when there is none.
    virtual bool expire(std::string_view key, Milliseconds ttl) = 0;
    /// What is left to live; empty when the key lives for ever or does not exist.
    virtual Ttl expires_in(std::string_view key) = 0;

    // Messages
    /// Runs on the store's own delivery thread, one at a time, in the order of publication; keep it short.
    /// What it throws is logged.
    using OnMessage = std::function<void(std::string_view message)>;
    /// Messages may have been missed (the connection was lost, or the backlog overflowed): read the truth
    /// again. Runs on the delivery thread, before the next message.
    using OnGap = std::function<void()>;
    /// Reaches those who are subscribed now, on all nodes, this one included; at most once.
    virtual void publish(std::string_view channel, std::string_view message) = 0;
    /// When this returns, what is published from now on is heard. A store that is away is no failure: the
    /// subscription begins when it is back, and on_gap tells so.
    virtual Subscription subscribe(std::string_view channel, OnMessage on_message, OnGap on_gap = {}) = 0;
};

}  // namespace mortise
