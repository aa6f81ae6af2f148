// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <mortise/export.h>
#include <mortise/json.h>
#include <mortise/time.h>

namespace mortise {

class Transaction;

/// One run of a job, as its handler sees it.
struct Job {
    std::int64_t id;        ///< the same in every attempt
    std::string_view name;  ///< "mail.send"
    const Json& payload;
    int attempt;         ///< 1 in the first run
    int attempts;        ///< after this many failed runs the job is dead
    std::int64_t fence;  ///< grows with every run of this job: who writes elsewhere refuses a lower one
};

/// What kind of work a handler does. What is empty is as the operator says under `jobs:`.
struct JobOptions {
    std::optional<int> attempts = {};  ///< runs that may fail before the job is dead, 1 at least
    std::optional<std::chrono::milliseconds> first_backoff = {};  ///< doubled after every failure
    std::optional<std::chrono::milliseconds> longest_backoff = {};
    /// A run not finished in this time counts as lost and the job is given to another worker.
    std::optional<std::chrono::milliseconds> lease = {};
    std::optional<int> concurrency = {};  ///< how many of this name may run at once on a node
};

/// A job to be done.
struct NewJob {
    std::string name;
    Json payload = {};             ///< up to 1 MiB as text
    std::optional<Time> due = {};  ///< empty: as soon as possible
    /// While a job with this name and key waits or runs, adding another does nothing.
    std::string unique_key = {};
};

/// Work that outlives the request: kept in the database, done at least once, on any node.
///
/// A handler that returns has done its job; one that throws is tried again, later each time, and after the
/// last attempt the job is dead: kept with its last error for `jobs.keep`, for an operator to retry. A node
/// that dies in the middle loses its lease and the job runs again elsewhere, so a handler must bear being run
/// twice.
/// Handlers run on the service's own threads and may block.
class MORTISE_API Jobs {
public:
    using Handler = std::function<void(const Job&)>;

    virtual ~Jobs();

    /// In start() only. Names begin with the plugin's: "chat.deliver". Twice the same: std::invalid_argument.
    virtual void handle(std::string name, Handler handler, JobOptions options = {}) = 0;
    template <typename Plugin>
    void handle(std::string name, const Plugin* plugin, void (Plugin::*handler)(const Job&) const,
                JobOptions options = {}) {
        handle(
            std::move(name), [plugin, handler](const Job& job) { (plugin->*handler)(job); }, options);
    }

    /// In start() only: a job of this name, without payload, every `interval` (a second at least); once in
    /// the whole cluster. Missed rounds are not made up for.
    virtual void every(std::chrono::milliseconds interval, std::string name) = 0;
    /// In start() only: once a day at this time of day, UTC, 00:00 to 23:59.
    virtual void daily(std::chrono::minutes time_of_day, std::string name) = 0;

    /// The id; with a unique key that is taken, the id of the job that holds it. The caller waits for the
    /// commit. A name without a handler is kept until some node has one.
    virtual std::int64_t enqueue(const NewJob& job) = 0;
    /// Commits or vanishes with the caller's own writes.
    virtual std::int64_t enqueue(Transaction& transaction, const NewJob& job) = 0;
};

}  // namespace mortise
