// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

namespace mortise::service {

/// Marks that this thread runs a function of a database, and refuses to run another inside it: the inner one
/// would not see what the outer has written, and callers that each hold a connection and want a second
/// would wait for one another until the pool's limit.
class NestingGuard {
public:
    explicit NestingGuard(const void* database) : outer_(std::exchange(inside_, database)) {}
    ~NestingGuard() { inside_ = outer_; }
    NestingGuard(const NestingGuard&) = delete;
    NestingGuard& operator=(const NestingGuard&) = delete;

    /// Throws std::logic_error when this thread is inside a function of `database`.
    static void refuse_inside(const void* database);

private:
    static thread_local const void* inside_;
    const void* outer_;
};

}  // namespace mortise::service
