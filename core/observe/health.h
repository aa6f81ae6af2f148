// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <mortise/log.h>
#include <mortise/services/clock.h>
#include <mortise/services/metrics.h>

namespace mortise::observe {

enum class ServerState { starting, ready, draining };

struct HealthResult {
    bool ok = true;
    std::string detail = {};  ///< for the log; never shown to clients
};

struct HealthSettings {
    std::chrono::milliseconds period = std::chrono::seconds(2);
    /// A check that gave no result for this long counts as failed.
    std::chrono::milliseconds patience = std::chrono::seconds(10);
};

/// What /health, /livez and /readyz answer. Checks run on a thread of their own, again and again, so that
/// the answers are ready at any time and a check that hangs hangs nobody.
class Health {
public:
    using Check = std::function<HealthResult()>;
    struct Answer {
        int status;        ///< 200 or 503
        std::string body;  ///< JSON
    };

    Health(HealthSettings settings, const Clock& clock, Log log);
    ~Health();

    /// Before start(). A needed check that fails makes the server not ready; another only shows.
    void add(std::string name, bool needed, Check check);
    /// Each check as a gauge: 1 ok, 0 failed.
    void show_in(Metrics& metrics);
    /// Runs every check once, then goes on by itself.
    void start();
    void stop();
    void set_state(ServerState state);
    /// Runs every check on this thread.
    void check_now();

    /// Always 200: people and dashboards read what is wrong from the body.
    Answer health() const;
    /// Always 200, touches nothing: the process runs.
    static Answer live();
    /// 200 when requests are welcome, 503 while starting or draining or when a needed check fails.
    Answer ready() const;

private:
    using Moment = std::chrono::steady_clock::time_point;
    struct Entry {
        std::string name;
        bool needed;
        Check check;
        bool ok = false;
        bool told_failed = false;
        Moment checked = {};  // zero: never
    };

    bool holds(const Entry& entry) const;
    bool all_needed_hold() const;
    void record(Entry& entry, const HealthResult& result);
    void append_checks(std::string& body) const;

    const HealthSettings settings_;
    const Clock& clock_;
    const Moment started_;
    Log log_;
    std::vector<std::unique_ptr<Entry>> entries_;
    mutable std::mutex mutex_;
    std::condition_variable stop_asked_;
    ServerState state_ = ServerState::starting;
    bool stopping_ = false;
    std::thread checker_;
};

}  // namespace mortise::observe
