// SPDX-License-Identifier: Apache-2.0
// Keeps the answers of routes that declare it, and gives them again: on the I/O thread, without the handler.
#include <algorithm>
#include <optional>

#include <mortise/sdk.h>
#include <mortise/services/clock.h>
#include <mortise/services/events.h>
#include <mortise/services/metrics.h>
#include <mortise/services/route_phase.h>
#include <mortise/services/store.h>

#include "flights.h"
#include "key.h"
#include "second_tier.h"
#include "shelf.h"

namespace cache {

using mortise::Request;
using mortise::Response;
using mortise::RouteDeclaration;
using mortise::Verdict;

namespace {

constexpr std::string_view purged_event = "cache.purged";  // {"tag"}: tells the other nodes
constexpr std::string_view outcome_header = "X-Cache";
constexpr std::string_view seat_name = "seat";  // under which a request that runs the handler keeps its seat
using SeatPtr = std::shared_ptr<Seat>;

}  // namespace

class Cache final : public mortise::Plugin, public mortise::ResponseCache {
public:
    void start(mortise::Host& host) override {
        const mortise::Options& options = host.options();
        clock_ = &host.clock();
        max_entry_ = options.size("max_entry");
        stale_ = options.duration("stale");
        shelf_.emplace(options.size("memory"));
        host_ = &host;
        host.provide<mortise::ResponseCache>(*this);
        count(host.metrics());
    }

    void ready() override {
        if (!host_->store().is_remote()) return;
        const auto tell_others = [this](const std::string& tag) {
            host_->events().publish(purged_event, mortise::JsonObject{{"tag", tag}});
        };
        second_tier_.emplace(*host_, tell_others);
        const auto purged = [this](const mortise::Event& event) {
            if (event.from_here) return;
            const std::string_view tag = event.payload.at("tag").as_string();
            tag == SecondTier::everything ? tags_.purge_all() : tags_.purge(tag);
        };
        other_nodes_ = host_->events().subscribe(purged_event, purged, [this] { tags_.purge_all(); });
    }

    void stop() override {
        other_nodes_.reset();
        if (second_tier_) second_tier_->stop();
    }

    Verdict before(Request& request, const RouteDeclaration& route) override {
        thread_local std::string key;
        write_key(key, request, route);
        const Moment now = clock_->steady_now();
        EntryPtr found = current(key);
        if (found && now < found->fresh_until) return hit(*found, now);
        const SeatPtr seat = flights_.join(key, now, [&](Flight& flight) {
            flight.tags = tags_of(request, route);
            flight.marks = tags_.mark(flight.tags);
            flight.stale = found && now < found->stale_until ? found : nullptr;
            flight.given_up = request.deadline();
        });
        if (!seat->leads()) {
            if (found && now < found->stale_until) return stale(*found, now);
            return wait(request, seat);
        }
        // What landed between the two questions is here now.
        if (const EntryPtr landed = current(key); landed && now < landed->fresh_until) {
            seat->land(landed);
            return hit(*landed, now);
        }
        request.leave(std::string(seat_name), seat);
        request.read_primary();  // a replica may not have what made the last answer stale
        return second_tier_ ? ask_second_tier(seat, route) : Verdict::next();
    }

    void after(const Request& request, const RouteDeclaration& route, Response& response) override {
        if (response.header(outcome_header) != nullptr) return;  // it comes from here
        misses_.add();
        const SeatPtr* left = request.left<SeatPtr>(seat_name);
        if (left != nullptr && (*left)->leads()) {
            if (response.status() >= 500)
                failed(**left, response);
            else
                came(**left, route.cache->lifetime, response);
        }
        if (response.header(outcome_header) == nullptr) response.set_header(outcome_header, "miss");
    }

    void purge(std::string_view tag) override {
        purges_.add();
        tags_.purge(tag);
        if (second_tier_) second_tier_->purge(std::string(tag));
    }

private:
    EntryPtr current(std::string_view key) {
        EntryPtr found = shelf_->find(key);
        return found && found->marks.are_current() ? found : nullptr;
    }

    Verdict hit(const Entry& entry, Moment now) const {
        hits_.add();
        return Verdict::answer(answer_again(entry, now, "hit"));
    }

    Verdict stale(const Entry& entry, Moment now) const {
        stales_.add();
        return Verdict::answer(answer_again(entry, now, "stale"));
    }

    // The leader looks there before its handler runs, and notes the tags' versions for what the handler
    // brings.
    Verdict ask_second_tier(const SeatPtr& seat, const RouteDeclaration& route) {
        return Verdict::park([this, seat, &route](const mortise::Resume& resume) {
            const bool has_room = host_->work([this, seat, &route, resume] {
                Flight& flight = seat->flight();
                SecondTier::Question question = second_tier_->ask(flight.key, flight.tags);
                flight.versions = std::move(question.versions);
                if (!question.found || question.found->age >= question.found->lifetime) return resume.next();
                const Moment made = clock_->steady_now() - question.found->age;
                const EntryPtr entry = keep(flight, question.found->answer, made, route.cache->lifetime);
                resume.answer(answer_again(*entry, clock_->steady_now(), "hit"));
                hits_.add();
                seat->land(entry);
            });
            if (!has_room) resume.next();
        });
    }

    // The request stays where it is until it is resumed, so it may be written to before.
    Verdict wait(Request& request, const SeatPtr& seat) {
        return Verdict::park([this, &request, seat](const mortise::Resume& resume) {
            request.leave(std::string(seat_name), seat);
            request.read_primary();  // it may come to lead
            seat->wait([this, resume](const EntryPtr& entry) {
                if (!entry) return resume.next();
                hits_.add();
                resume.answer(answer_again(*entry, clock_->steady_now(), "hit"));
            });
        });
    }

    void came(Seat& seat, std::chrono::milliseconds lifetime, Response& response) {
        if (!may_be_kept(response) || response.body_text().size() > max_entry_) return seat.land(nullptr);
        const EntryPtr entry = keep(seat.flight(), response, clock_->steady_now(), lifetime);
        share(seat.flight(), *entry, lifetime);
        seat.land(entry);
    }

    // Whoever waits must not pay for a fault that may have been this request's own.
    void failed(Seat& seat, Response& response) {
        const EntryPtr stale = seat.flight().stale;
        const Moment now = clock_->steady_now();
        if (stale && now < stale->stale_until && stale->marks.are_current()) {
            stales_.add();
            response = answer_again(*stale, now, "stale");
            return seat.land(stale);
        }
        seat.hand_over();
    }

    // Those who wait get the answer even if a purge came meanwhile: they asked before that. It is not kept
    // then.
    EntryPtr keep(const Flight& flight, Response& response, Moment made, std::chrono::milliseconds lifetime) {
        if (auto* text = std::get_if<std::string>(&response.body()))
            response.body() = mortise::SharedText(std::move(*text));
        auto entry = std::make_shared<Entry>();
        entry->answer = response;
        entry->marks = flight.marks;
        entry->made = made;
        entry->fresh_until = made + lifetime;
        entry->stale_until = entry->fresh_until + stale_;
        // Twice the body: its compressed form may come to stand beside it.
        entry->bytes = 2 * response.body_text().size() + flight.key.size() + per_entry;
        if (entry->marks.are_current()) shelf_->put(flight.key, entry);
        return entry;
    }

    void share(const Flight& flight, const Entry& entry, std::chrono::milliseconds lifetime) {
        if (!second_tier_ || flight.versions.empty()) return;
        const auto put = [this, key = flight.key, versions = flight.versions, answer = entry.answer,
                          lifetime] { second_tier_->put(key, versions, answer, lifetime); };
        host_->work(put);  // no room: the next node runs its handler
    }

    void count(mortise::Metrics& metrics) {
        const auto answers = [&](const char* outcome) {
            return metrics.counter("answers_total",
                                   "Requests of cached routes, by what they were answered from",
                                   {{"outcome", outcome}});
        };
        hits_ = answers("hit");
        stales_ = answers("stale");
        misses_ = answers("miss");
        purges_ = metrics.counter("purges_total", "Tags that were told to be stale");
        metrics.counter_from("evictions_total", "Answers that went for want of room",
                             [this] { return static_cast<double>(shelf_->evictions()); });
        metrics.gauge_from("entries", "Answers that are kept",
                           [this] { return static_cast<double>(shelf_->size()); });
        metrics.gauge_from("bytes", "What they take",
                           [this] { return static_cast<double>(shelf_->bytes()); });
    }

    static constexpr std::size_t per_entry = 512;

    mortise::Host* host_ = nullptr;
    const mortise::Clock* clock_ = nullptr;
    std::size_t max_entry_ = 0;
    std::chrono::milliseconds stale_{};
    std::optional<Shelf> shelf_;
    std::optional<SecondTier> second_tier_;
    TagBook tags_;
    Flights flights_;
    mortise::Subscription other_nodes_;
    mortise::Counter hits_, stales_, misses_, purges_;
};

}  // namespace cache

MORTISE_PLUGIN(cache::Cache)
