// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <mortise/middleware.h>

#include "entry.h"
#include "second_tier.h"

namespace cache {

class Flights;
class Seat;

/// One fetch of one key: a request that runs the handler, and others that wait for what it brings.
struct Flight {
    using Continue = std::function<void(const EntryPtr&)>;
    struct Waiting {
        std::shared_ptr<Seat> seat;
        Continue go_on;
    };

    std::string key;
    Marks marks;  // taken before the handler reads anything
    std::vector<std::string> tags;
    Versions versions;  // of the tags in the second tier, likewise
    EntryPtr stale;     // what may still be given when the handler fails; null: nothing
    Moment given_up{};  // from then on nobody joins: its leader has run out of time

    std::mutex mutex;
    bool is_over = false;
    EntryPtr result;
    std::deque<Waiting> waiting;
};

/// A request's part in a flight. When a leader goes away without a word, the next one leads.
class Seat : public std::enable_shared_from_this<Seat> {
public:
    Seat(Flights& flights, std::shared_ptr<Flight> flight, bool leads)
        : flights_(flights), flight_(std::move(flight)), leads_(leads) {}
    ~Seat();
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    bool leads() const { return leads_; }
    Flight& flight() { return *flight_; }  // the leader's, until it lands
    /// Calls with the result, at once if it is there. Null: go on by yourself, and look whether you lead now.
    void wait(Flight::Continue go_on);
    /// The leader's word: an answer for all who wait, or null: there will be none to share.
    void land(EntryPtr entry);
    /// The leader's word: it failed, the next one may try.
    void hand_over();

private:
    Flights& flights_;
    std::shared_ptr<Flight> flight_;
    bool leads_;
};

/// Who is fetching what: of all who miss one key at a time, one runs the handler. Any thread.
class Flights {
public:
    Flights();
    ~Flights();

    /// The first one leads; who comes while it is under way, and nothing of it has been purged, joins.
    /// `prepare` fills in a new flight's marks, stale and given_up, before anybody else sees it.
    std::shared_ptr<Seat> join(const std::string& key, Moment now,
                               const std::function<void(Flight&)>& prepare);

private:
    friend class Seat;
    struct Shard;
    Shard& of(std::string_view key);
    void forget(const std::shared_ptr<Flight>& flight);

    static constexpr std::size_t shards = 16;
    std::unique_ptr<Shard[]> shards_;
};

}  // namespace cache
