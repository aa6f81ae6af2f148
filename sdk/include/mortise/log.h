// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <mortise/export.h>

namespace mortise {

enum class LogLevel : std::uint8_t { trace, debug, info, warn, error, off };

/// One named value of a log line. Holds views only: it must not outlive the call it is written in.
/// Never put a token, a password or the body of a message into one.
class LogField {
public:
    using Value = std::variant<bool, std::int64_t, std::uint64_t, double, std::string_view>;

    LogField(std::string_view key, std::string_view text) : key_(key), value_(text) {}
    LogField(std::string_view key, const std::string& text) : LogField(key, std::string_view(text)) {}
    LogField(std::string_view key, const char* text) : LogField(key, std::string_view(text)) {}
    LogField(std::string_view key, std::same_as<bool> auto truth) : key_(key), value_(truth) {}
    LogField(std::string_view key, std::signed_integral auto number)
        : key_(key), value_(static_cast<std::int64_t>(number)) {}
    template <std::unsigned_integral Number>
    requires(!std::same_as<Number, bool>) LogField(std::string_view key, Number number)
        : key_(key), value_(static_cast<std::uint64_t>(number)) {}
    LogField(std::string_view key, std::floating_point auto number)
        : key_(key), value_(static_cast<double>(number)) {}

    /// snake_case, with the unit where there is one ("wait_ms").
    std::string_view key() const noexcept { return key_; }
    const Value& value() const noexcept { return value_; }

private:
    std::string_view key_;
    Value value_;
};

/// One line on its way to the log; views that live as long as the call.
struct LogRecord {
    LogLevel level = LogLevel::info;
    std::string_view part;  ///< "http", "chat": who speaks
    std::string_view text;  ///< what happened, one sentence without values
    std::span<const LogField> fields;
    std::string_view request_id;  ///< empty: outside a request
    std::string_view user_id;     ///< empty: nobody signed in
};

/// Where lines go. Called from any thread; never blocks and never throws.
class MORTISE_API LogSink {
public:
    virtual ~LogSink();
    virtual void write(const LogRecord& record) noexcept = 0;
};

/// The voice of one part of the server; a plugin gets its own from host.log().
///
///     host.log().info("task shared", {{"task", task.id}, {"members", members.size()}});
///
/// A line below the part's level costs one relaxed load: the fields are views and nothing is formatted.
/// Guard with enabled() what is costly to compute. Copyable; every thread may use one object at once.
/// The sink and the level outlive every copy (the server sees to that).
class MORTISE_API Log {
public:
    /// Says nothing.
    Log() noexcept;
    /// `level` may change at any time and takes effect at once.
    Log(LogSink& sink, std::string part, const std::atomic<LogLevel>& level);

    using Fields = std::initializer_list<LogField>;
    void trace(std::string_view text, Fields fields = {}) const { say(LogLevel::trace, text, fields); }
    void debug(std::string_view text, Fields fields = {}) const { say(LogLevel::debug, text, fields); }
    void info(std::string_view text, Fields fields = {}) const { say(LogLevel::info, text, fields); }
    void warn(std::string_view text, Fields fields = {}) const { say(LogLevel::warn, text, fields); }
    void error(std::string_view text, Fields fields = {}) const { say(LogLevel::error, text, fields); }

    bool enabled(LogLevel level) const noexcept { return level >= level_->load(std::memory_order_relaxed); }
    const std::string& part() const noexcept { return part_; }

private:
    void say(LogLevel level, std::string_view text, Fields fields) const {
        if (enabled(level)) write(level, text, {fields.begin(), fields.size()});
    }
    void write(LogLevel level, std::string_view text, std::span<const LogField> fields) const;

    LogSink* sink_ = nullptr;
    std::string part_;
    const std::atomic<LogLevel>* level_;
};

/// While it lives, every line this thread writes carries these ids. The server makes one around each
/// handler and job; scopes nest, the innermost speaks. The texts must outlive the scope.
class MORTISE_API LogScope {
public:
    explicit LogScope(std::string_view request_id, std::string_view user_id = {}) noexcept;
    ~LogScope();
    LogScope(const LogScope&) = delete;
    LogScope& operator=(const LogScope&) = delete;

    /// For when the user becomes known later than the request.
    void set_user_id(std::string_view user_id) noexcept { user_id_ = user_id; }

    std::string_view request_id() const noexcept { return request_id_; }
    std::string_view user_id() const noexcept { return user_id_; }
    /// The innermost scope of this thread; null outside any.
    static const LogScope* current() noexcept;

private:
    std::string_view request_id_;
    std::string_view user_id_;
    const LogScope* outer_;
};

}  // namespace mortise
