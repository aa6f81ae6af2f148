// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/log.h>
#include <mortise/subscription.h>

namespace mortise::service {

/// Counts the calls that run, so that ending a subscription can wait for them.
class CallGate {
public:
    /// False when the subscription has ended; otherwise leave() must follow on this thread.
    bool enter();
    void leave();
    /// Lets nobody in any more and waits until the calls of other threads have left.
    void close();

private:
    std::mutex mutex_;
    std::condition_variable left_;
    std::size_t inside_ = 0;
    bool closed_ = false;
};

/// One who listens. Called through call(), which keeps what it throws from everybody else.
class Subscriber {
public:
    using OnMessage = std::function<void(const void* message)>;
    using OnGap = std::function<void()>;

    Subscriber(std::string name, std::uint64_t since, OnMessage on_message, OnGap on_gap);

    void tell(const void* message, const Log& log);
    void tell_gap(const Log& log);
    void end() { gate_.close(); }

    const std::string& name() const noexcept { return name_; }
    /// What was published before this number was so before the subscription.
    std::uint64_t since() const noexcept { return since_; }

private:
    void call(const std::function<void()>& function, const Log& log);

    std::string name_;
    std::uint64_t since_;
    OnMessage on_message_;
    OnGap on_gap_;
    CallGate gate_;
};

/// Who listens to which name. Lists are immutable and shared, so that telling takes the lock only to
/// fetch one. Safe from every thread; the subscriptions it gives may outlive it.
class Subscribers {
public:
    using List = std::vector<std::shared_ptr<Subscriber>>;

    Subscribers();
    Subscription add(std::string_view name, std::uint64_t since, Subscriber::OnMessage on_message,
                     Subscriber::OnGap on_gap);
    /// Null when nobody listens.
    std::shared_ptr<const List> of(std::string_view name) const;
    List all() const;

private:
    struct Table;
    static void remove(Table& table, const std::shared_ptr<Subscriber>& subscriber);

    std::shared_ptr<Table> table_;
};

}  // namespace mortise::service
