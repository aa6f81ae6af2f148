// SPDX-License-Identifier: Apache-2.0
#include "service/subscribers.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace mortise::service {

namespace {

// The gates this thread is inside of: ending a subscription from within its own call must not wait for
// itself.
thread_local std::vector<const CallGate*> entered;

}  // namespace

bool CallGate::enter() {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    entered.push_back(this);
    ++inside_;
    return true;
}

void CallGate::leave() {
    const std::lock_guard lock(mutex_);
    entered.pop_back();
    --inside_;
    left_.notify_all();
}

void CallGate::close() {
    const auto own = static_cast<std::size_t>(std::ranges::count(entered, this));
    std::unique_lock lock(mutex_);
    closed_ = true;
    left_.wait(lock, [&] { return inside_ <= own; });
}

Subscriber::Subscriber(std::string name, std::uint64_t since, OnMessage on_message, OnGap on_gap)
    : name_(std::move(name)), since_(since), on_message_(std::move(on_message)), on_gap_(std::move(on_gap)) {}

void Subscriber::tell(const void* message, const Log& log) {
    call([&] { on_message_(message); }, log);
}

void Subscriber::tell_gap(const Log& log) {
    if (on_gap_) call(on_gap_, log);
}

void Subscriber::call(const std::function<void()>& function, const Log& log) {
    if (!gate_.enter()) return;
    try {
        function();
    } catch (const std::exception& fault) {
        log.error("a listener threw", {{"name", name_}, {"what", fault.what()}});
    } catch (...) {
        log.error("a listener threw something that is no exception", {{"name", name_}});
    }
    gate_.leave();
}

struct Subscribers::Table {
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<const List>, std::less<>> lists;
};

Subscribers::Subscribers() : table_(std::make_shared<Table>()) {}

Subscription Subscribers::add(std::string_view name, std::uint64_t since, Subscriber::OnMessage on_message,
                              Subscriber::OnGap on_gap) {
    auto subscriber =
        std::make_shared<Subscriber>(std::string(name), since, std::move(on_message), std::move(on_gap));
    {
        const std::lock_guard lock(table_->mutex);
        auto& list = table_->lists[subscriber->name()];
        List grown = list ? *list : List{};
        grown.push_back(subscriber);
        list = std::make_shared<const List>(std::move(grown));
    }
    const std::weak_ptr<Table> table = table_;
    return Subscription(std::shared_ptr<void>(subscriber.get(), [subscriber, table](void*) {
        if (const auto alive = table.lock()) remove(*alive, subscriber);
        subscriber->end();
    }));
}

std::shared_ptr<const Subscribers::List> Subscribers::of(std::string_view name) const {
    const std::lock_guard lock(table_->mutex);
    const auto place = table_->lists.find(name);
    return place == table_->lists.end() ? nullptr : place->second;
}

Subscribers::List Subscribers::all() const {
    const std::lock_guard lock(table_->mutex);
    List everybody;
    for (const auto& [name, list] : table_->lists)
        everybody.insert(everybody.end(), list->begin(), list->end());
    return everybody;
}

void Subscribers::remove(Table& table, const std::shared_ptr<Subscriber>& subscriber) {
    const std::lock_guard lock(table.mutex);
    const auto place = table.lists.find(subscriber->name());
    if (place == table.lists.end()) return;
    List shrunk = *place->second;
    std::erase(shrunk, subscriber);
    if (shrunk.empty()) {
        table.lists.erase(place);
    } else {
        place->second = std::make_shared<const List>(std::move(shrunk));
    }
}

}  // namespace mortise::service
