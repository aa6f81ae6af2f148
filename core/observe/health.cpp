// SPDX-License-Identifier: Apache-2.0
#include "observe/health.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <mortise/json.h>

namespace mortise::observe {

namespace {

HealthResult run(const Health::Check& check) {
    try {
        return check();
    } catch (const std::exception& fault) {
        return {.ok = false, .detail = fault.what()};
    } catch (...) {
        return {.ok = false, .detail = "threw something that is no exception"};
    }
}

void append_field(std::string& body, std::string_view key, std::string_view text) {
    append_json_string(body, key);
    body += ':';
    append_json_string(body, text);
    body += ',';
}

std::string_view truth(bool value) {
    return value ? "true" : "false";
}

}  // namespace

Health::Health(HealthSettings settings, const Clock& clock, Log log)
    : settings_(settings), clock_(clock), started_(clock.steady_now()), log_(std::move(log)) {}

Health::~Health() {
    stop();
}

void Health::add(std::string name, bool needed, Check check) {
    entries_.push_back(
        std::make_unique<Entry>(Entry{.name = std::move(name), .needed = needed, .check = std::move(check)}));
}

void Health::show_in(Metrics& metrics) {
    for (const auto& entry : entries_) {
        metrics.gauge_from("check", "1 while a health check passes",
                           [this, &entry = *entry] {
                               const std::lock_guard lock(mutex_);
                               return holds(entry) ? 1.0 : 0.0;
                           },
                           {{"check", entry->name}});
    }
}

void Health::start() {
    check_now();
    checker_ = std::thread([this] {
        std::unique_lock lock(mutex_);
        while (!stop_asked_.wait_for(lock, settings_.period, [this] { return stopping_; })) {
            lock.unlock();
            check_now();
            lock.lock();
        }
    });
}

void Health::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stop_asked_.notify_all();
    if (checker_.joinable()) checker_.join();
}

void Health::set_state(ServerState state) {
    const std::lock_guard lock(mutex_);
    state_ = state;
}

void Health::check_now() {
    for (const auto& entry : entries_) record(*entry, run(entry->check));
}

void Health::record(Entry& entry, const HealthResult& result) {
    {
        const std::lock_guard lock(mutex_);
        entry.ok = result.ok;
        entry.checked = clock_.steady_now();
    }
    if (!result.ok && !entry.told_failed) {
        log_.warn("health check fails", {{"check", entry.name}, {"detail", result.detail}});
    } else if (result.ok && entry.told_failed) {
        log_.info("health check passes again", {{"check", entry.name}});
    }
    entry.told_failed = !result.ok;
}

Health::Answer Health::health() const {
    const std::lock_guard lock(mutex_);
    std::string body = R"({"success":true,"message":"Server is running",)";
    std::string_view status = "ok";
    if (state_ == ServerState::starting) status = "starting";
    if (state_ == ServerState::draining) status = "draining";
    if (state_ == ServerState::ready &&
        !std::ranges::all_of(entries_, [this](const auto& entry) { return holds(*entry); }))
        status = "degraded";
    append_field(body, "status", status);
    append_field(body, "timestamp", to_rfc3339(clock_.now()));
    const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(clock_.steady_now() - started_);
    body += "\"uptime\":" + std::to_string(uptime.count()) + ',';
    append_checks(body);
    body += '}';
    return {.status = 200, .body = std::move(body)};
}

Health::Answer Health::live() {
    return {.status = 200, .body = R"({"status":"ok"})"};
}

Health::Answer Health::ready() const {
    const std::lock_guard lock(mutex_);
    std::string_view status = "ready";
    if (!all_needed_hold()) status = "unavailable";
    if (state_ == ServerState::starting) status = "starting";
    if (state_ == ServerState::draining) status = "draining";
    std::string body = "{";
    append_field(body, "status", status);
    append_checks(body);
    body += '}';
    return {.status = status == "ready" ? 200 : 503, .body = std::move(body)};
}

bool Health::holds(const Entry& entry) const {
    return entry.ok && clock_.steady_now() - entry.checked <= settings_.patience;
}

bool Health::all_needed_hold() const {
    return std::ranges::all_of(entries_,
                               [this](const auto& entry) { return !entry->needed || holds(*entry); });
}

void Health::append_checks(std::string& body) const {
    body += "\"checks\":{";
    for (const auto& entry : entries_) {
        if (entry != entries_.front()) body += ',';
        append_json_string(body, entry->name);
        body += R"(:{"ok":)";
        body += truth(holds(*entry));
        body += R"(,"needed":)";
        body += truth(entry->needed);
        body += '}';
    }
    body += '}';
}

}  // namespace mortise::observe
