// SPDX-License-Identifier: Apache-2.0
#include "http/failure_log.h"

namespace mortise::http {

namespace {

using Steady = std::chrono::steady_clock;

LogLevel level_of(Code code) {
    if (status_of(code) < 500) return LogLevel::info;
    return code == Code::unavailable ? LogLevel::warn : LogLevel::error;
}

void say(const Log& log, LogLevel level, Log::Fields fields) {
    switch (level) {
        case LogLevel::info:
            return log.info("request refused", fields);
        case LogLevel::warn:
            return log.warn("request refused", fields);
        default:
            return log.error("request failed", fields);
    }
}

}  // namespace

FailureLog::FailureLog(Log log, const Clock& clock) : log_(std::move(log)), clock_(clock) {}

void FailureLog::thrown(const Error& error, std::string_view route) const {
    const LogLevel level = level_of(error.code());
    // A refusal without a private half says nothing that the access log does not.
    if (level == LogLevel::info && error.private_detail().empty()) return;
    if (!log_.enabled(level)) return;
    // A fault of ours has its line each time.
    const auto suppressed = error.code() == Code::internal
                                ? std::optional<std::uint64_t>(0)
                                : pass(gates_[static_cast<std::size_t>(error.code())]);
    if (!suppressed) return;
    if (*suppressed == 0)
        say(log_, level, {{"route", route}, {"code", error.name()}, {"what", error.what()}});
    else
        say(log_, level,
            {{"route", route}, {"code", error.name()}, {"what", error.what()}, {"suppressed", *suppressed}});
}

void FailureLog::unforeseen(std::string_view what, std::string_view route) const {
    log_.error("request failed", {{"route", route}, {"code", "internal"}, {"what", what}});
}

void FailureLog::left_out(std::string_view route) const {
    constexpr std::string_view what = "an after middleware found no room on its lane and was left out";
    const auto suppressed = pass(left_out_gate_);
    if (!suppressed) return;
    if (*suppressed == 0)
        log_.warn(what, {{"route", route}});
    else
        log_.warn(what, {{"route", route}, {"suppressed", *suppressed}});
}

std::optional<std::uint64_t> FailureLog::pass(Gate& gate) const {
    if (log_.enabled(LogLevel::debug)) return 0;
    const Steady::rep now = clock_.steady_now().time_since_epoch().count();
    Steady::rep opens_at = gate.opens_at.load(std::memory_order_relaxed);
    const Steady::rep next = now + Steady::duration(std::chrono::seconds(1)).count();
    if (now < opens_at || !gate.opens_at.compare_exchange_strong(opens_at, next, std::memory_order_relaxed)) {
        gate.suppressed.fetch_add(1, std::memory_order_relaxed);
        return std::nullopt;
    }
    return gate.suppressed.exchange(0, std::memory_order_relaxed);
}

}  // namespace mortise::http
