// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <mortise/error.h>
#include <mortise/request.h>
#include <mortise/response.h>
#include <mortise/server/request_parts.h>

namespace mortise::http {

/// A streamed request body on its way from the loop to a worker. Holds no more than its capacity: then the
/// loop stops reading the socket until the worker has caught up.
class RequestPipe final : public BodyReader {
public:
    /// `resume` is called on the worker's thread when a full pipe has room again.
    RequestPipe(std::size_t capacity, const RequestParts& request, std::function<void()> resume)
        : capacity_(capacity), request_(request), resume_(std::move(resume)) {}

    // Worker:
    std::size_t read(std::span<char> buffer) override;

    // Loop:
    /// False: it is full now; push nothing more until `resume`.
    bool push(std::string_view bytes);
    void end();
    /// What was pushed before can still be read; then reading throws.
    void fail(Error fault);
    /// The worker waits for the client, or did when the time was over.
    bool is_waited_for();

private:
    const std::size_t capacity_;
    const RequestParts& request_;
    const std::function<void()> resume_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::string bytes_;
    std::size_t read_ = 0;  // of bytes_
    std::optional<Error> fault_;
    bool ended_ = false;
    bool paused_ = false;
    bool waited_for_ = false;
};

/// A streamed response body on its way from a worker to the loop. The worker waits while its capacity is used
/// up.
class ResponsePipe final : public BodyWriter {
public:
    enum class State { open, finished, broken };

    /// `wake` is called on the worker's thread when there is something to take.
    ResponsePipe(std::size_t capacity, std::function<void()> wake)
        : capacity_(capacity), wake_(std::move(wake)) {}

    // Worker:
    void write(std::string_view bytes) override;
    /// Runs the body's function and then marks the end: finished, or broken when it threw.
    void run(const Response::Stream& body) noexcept;

    // Loop:
    /// Moves everything written so far behind `into` and tells how far the body is with that.
    State take(std::string& into);
    /// Nobody takes anything any more: writing throws.
    void abandon();

private:
    void tell_loop(std::unique_lock<std::mutex>& lock);

    const std::size_t capacity_;
    const std::function<void()> wake_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::string bytes_;
    State state_ = State::open;
    bool abandoned_ = false;
    bool told_ = false;
};

}  // namespace mortise::http
