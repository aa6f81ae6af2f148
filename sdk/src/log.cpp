// SPDX-License-Identifier: Apache-2.0
#include <mortise/log.h>

#include <utility>

namespace mortise {

namespace {

constexpr std::atomic<LogLevel> silent{LogLevel::off};

thread_local const LogScope* innermost = nullptr;

}  // namespace

LogSink::~LogSink() = default;

Log::Log() noexcept : level_(&silent) {}

Log::Log(LogSink& sink, std::string part, const std::atomic<LogLevel>& level)
    : sink_(&sink), part_(std::move(part)), level_(&level) {}

void Log::write(LogLevel level, std::string_view text, std::span<const LogField> fields) const {
    if (sink_ == nullptr || level == LogLevel::off) return;
    LogRecord record{
        .level = level, .part = part_, .text = text, .fields = fields, .request_id = {}, .user_id = {}};
    if (innermost != nullptr) {
        record.request_id = innermost->request_id();
        record.user_id = innermost->user_id();
    }
    sink_->write(record);
}

LogScope::LogScope(std::string_view request_id, std::string_view user_id) noexcept
    : request_id_(request_id), user_id_(user_id), outer_(innermost) {
    innermost = this;
}

LogScope::~LogScope() {
    innermost = outer_;
}

const LogScope* LogScope::current() noexcept {
    return innermost;
}

}  // namespace mortise
