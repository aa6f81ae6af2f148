// SPDX-License-Identifier: Apache-2.0
#include "live_figures.h"

#include <algorithm>
#include <chrono>
#include <string>

#include <mortise/host.h>
#include <mortise/services/clock.h>
#include <mortise/services/database.h>

namespace calls {

namespace {

constexpr std::int64_t stale_after = 5'000;
constexpr int most_counts = 3;

std::int64_t milliseconds_of(const mortise::Clock& clock) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady_now().time_since_epoch())
        .count();
}

}  // namespace

LiveFigures::LiveFigures(mortise::Host& host) : host_(host) {
    mortise::Metrics& metrics = host.metrics();
    const auto started = [&](const char* type) {
        return metrics.counter("started_total", "Calls of two people that began to ring.", {{"type", type}});
    };
    audio_ = started("audio");
    video_ = started("video");
    for (const Outcome outcome : {Outcome::answered, Outcome::missed, Outcome::rejected, Outcome::cancelled})
        ends_[static_cast<std::size_t>(outcome)] =
            metrics.counter("ended_total", "Calls of two people by how they ended.",
                            {{"outcome", std::string(name_of(outcome))}});
    busy_ = metrics.counter("busy_total", "Calls to somebody who was in another.");
    glares_ = metrics.counter("glares_total", "Calls and offers of both sides at once that were settled.");
    metrics.gauge_from("pending", "Calls that ring, on all nodes.", [this] { return read(pending_); });
    metrics.gauge_from("active", "Calls that go on, on all nodes.", [this] { return read(active_); });
    metrics.gauge_from("rooms", "Group calls, on all nodes.", [this] { return read(rooms_); });
    metrics.gauge_from("participants", "People in group calls, on all nodes.",
                       [this] { return read(participants_); });
}

void LiveFigures::began(std::string_view call_type) const {
    (call_type == "video" ? video_ : audio_).add();
    move(pending_, 1);
}

void LiveFigures::answered() const {
    move(pending_, -1);
    move(active_, 1);
}

void LiveFigures::ended(State from, Outcome outcome) const {
    move(from == State::ringing ? pending_ : active_, -1);
    ends_[static_cast<std::size_t>(outcome)].add();
}

void LiveFigures::entered(bool is_first) const {
    move(participants_, 1);
    if (is_first) move(rooms_, 1);
}

void LiveFigures::left(bool is_last) const {
    move(participants_, -1);
    if (is_last) move(rooms_, -1);
}

void LiveFigures::move(std::atomic<std::int64_t>& gauge, std::int64_t by) const {
    gauge.fetch_add(by);
    moves_.fetch_add(1);
}

// What happens here while it counts may be in the count or not: then it counts again.
void LiveFigures::count() const {
    for (int tries = 1;; ++tries) {
        const auto moves = moves_.load();
        const auto row = host_.database().one(
            "SELECT COUNT(CASE WHEN kind = 'direct' AND state = 'ringing' THEN 1 END), "
            "COUNT(CASE WHEN kind = 'direct' AND state = 'answered' THEN 1 END), "
            "COUNT(CASE WHEN kind = 'group' THEN 1 END), (SELECT COUNT(*) FROM calls_seats s "
            "JOIN calls_live c ON c.id = s.call_id WHERE c.kind = 'group') FROM calls_live");
        if (moves != moves_.load() && tries < most_counts) continue;
        pending_.store(row->integer(0));
        active_.store(row->integer(1));
        rooms_.store(row->integer(2));
        participants_.store(row->integer(3));
        counted_at_.store(milliseconds_of(host_.clock()));
        return;
    }
}

// Reading must not block: the count it asks for is there the next time.
double LiveFigures::read(const std::atomic<std::int64_t>& gauge) const {
    const std::int64_t now = milliseconds_of(host_.clock());
    std::int64_t counted = counted_at_.load();
    if (now - counted > stale_after && counted_at_.compare_exchange_strong(counted, now))
        host_.work([this] { count(); });
    // A step that a count has seen before its node told of it is in here twice until the next count.
    return static_cast<double>(std::max<std::int64_t>(gauge.load(), 0));
}

}  // namespace calls
