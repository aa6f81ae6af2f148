// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <mortise/services/database.h>
#include <mortise/services/events.h>
#include <mortise/services/http_client.h>
#include <mortise/services/mail.h>
#include <mortise/services/nodes.h>
#include <mortise/services/store.h>
#include <mortise/testing/fake_clock.h>

#include "plugin/plugin_set.h"

namespace mortise::test {

/// Jobs that only remember what was registered.
class RememberedJobs final : public Jobs {
public:
    void handle(std::string name, Handler, JobOptions) override {
        if (std::ranges::find(names, name) != names.end())
            throw std::invalid_argument("the job " + name + " has a handler already");
        names.push_back(name);
    }
    void every(std::chrono::milliseconds, std::string name) override { names.push_back("every " + name); }
    void daily(std::chrono::minutes, std::string name) override { names.push_back("daily " + name); }
    std::int64_t enqueue(const NewJob&) override { return 1; }
    std::int64_t enqueue(Transaction&, const NewJob&) override { return 1; }

    std::vector<std::string> names;
};

/// Metrics that show nothing.
class NoMetrics final : public Metrics {
public:
    Counter counter(std::string_view, std::string_view, const Labels&) override { return {}; }
    Gauge gauge(std::string_view, std::string_view, const Labels&) override { return {}; }
    Histogram histogram(std::string_view, std::string_view, const std::vector<double>&,
                        const Labels&) override {
        return {};
    }
    void gauge_from(std::string_view, std::string_view, std::function<double()>, const Labels&) override {}
    void counter_from(std::string_view, std::string_view, std::function<double()>, const Labels&) override {}
};

class RememberedLog final : public LogSink {
public:
    void write(const LogRecord& record) noexcept override {
        const std::lock_guard lock(mutex);
        std::string line(record.text);
        for (const LogField& field : record.fields)
            if (const auto* text = std::get_if<std::string_view>(&field.value()))
                line += " " + std::string(field.key()) + "=" + std::string(*text);
        lines.push_back(line);
    }
    std::mutex mutex;
    std::vector<std::string> lines;
};

/// What surrounds a set of plugins in a server, as little of it as registering needs. Its services are
/// not there to be called.
class Stand {
public:
    plugin::ServerServices services() {
        return {*database_,
                *store_,
                *nodes_,
                jobs,
                *events_,
                *http_client_,
                *mail_,
                switchboard,
                clock,
                [](const std::string&) { return std::make_unique<NoMetrics>(); },
                [this](const std::string& part) { return Log(log, part, level_); },
                on_purge};
    }
    /// Set before services() is asked for.
    std::function<void(std::string_view)> on_purge;

    testing::FakeClock clock;
    socket::DeadSwitchboard switchboard;
    RememberedJobs jobs;
    RememberedLog log;

private:
    // Nothing registers by calling them, and a call would end the test with a fault that names the line.
    struct Absent {
        alignas(std::max_align_t) std::byte place[64]{};
    };
    Absent absent_[6];
    Database* database_ = reinterpret_cast<Database*>(&absent_[0]);
    Store* store_ = reinterpret_cast<Store*>(&absent_[1]);
    Events* events_ = reinterpret_cast<Events*>(&absent_[2]);
    HttpClient* http_client_ = reinterpret_cast<HttpClient*>(&absent_[3]);
    Mail* mail_ = reinterpret_cast<Mail*>(&absent_[4]);
    Nodes* nodes_ = reinterpret_cast<Nodes*>(&absent_[5]);
    std::atomic<LogLevel> level_{LogLevel::info};
};

}  // namespace mortise::test
