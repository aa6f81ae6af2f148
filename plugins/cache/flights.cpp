// SPDX-License-Identifier: Apache-2.0
#include "flights.h"

#include <unordered_map>
#include <utility>

namespace cache {

struct Flights::Shard {
    std::mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<Flight>> under_way;
};

Seat::~Seat() {
    if (leads_) hand_over();
}

void Seat::wait(Flight::Continue go_on) {
    {
        const std::scoped_lock lock(flight_->mutex);
        if (!flight_->is_over) {
            flight_->waiting.push_back({shared_from_this(), std::move(go_on)});
            return;
        }
    }
    go_on(flight_->result);  // written once, before is_over
}

void Seat::land(EntryPtr entry) {
    leads_ = false;
    flights_.forget(flight_);
    std::deque<Flight::Waiting> waiting;
    {
        const std::scoped_lock lock(flight_->mutex);
        flight_->is_over = true;
        flight_->result = std::move(entry);
        waiting.swap(flight_->waiting);
    }
    for (const Flight::Waiting& other : waiting) other.go_on(flight_->result);
}

void Seat::hand_over() {
    Flight::Waiting next;
    {
        const std::scoped_lock lock(flight_->mutex);
        if (!flight_->waiting.empty()) {
            next = std::move(flight_->waiting.front());
            flight_->waiting.pop_front();
        }
    }
    if (!next.seat) return land(nullptr);
    leads_ = false;
    next.seat->leads_ = true;
    next.go_on(nullptr);
}

Flights::Flights() : shards_(std::make_unique<Shard[]>(shards)) {}

Flights::~Flights() = default;

Flights::Shard& Flights::of(std::string_view key) {
    return shards_[std::hash<std::string_view>{}(key) % shards];
}

std::shared_ptr<Seat> Flights::join(const std::string& key, Moment now,
                                    const std::function<void(Flight&)>& prepare) {
    Shard& shard = of(key);
    const std::scoped_lock lock(shard.mutex);
    std::shared_ptr<Flight>& known = shard.under_way[key];
    if (known && now < known->given_up && known->marks.are_current())
        return std::make_shared<Seat>(*this, known, false);
    auto flight = std::make_shared<Flight>();
    flight->key = key;
    prepare(*flight);
    known = flight;
    return std::make_shared<Seat>(*this, std::move(flight), true);
}

// Another may have taken its place meanwhile.
void Flights::forget(const std::shared_ptr<Flight>& flight) {
    Shard& shard = of(flight->key);
    const std::scoped_lock lock(shard.mutex);
    const auto found = shard.under_way.find(flight->key);
    if (found != shard.under_way.end() && found->second == flight) shard.under_way.erase(found);
}

}  // namespace cache
