// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <mortise/export.h>
#include <mortise/request.h>
#include <mortise/response.h>

namespace mortise {

/// Lets a parked request go on. Copies share one request; the first call counts, from any thread. When
/// the last copy goes away unused the client gets a 500, so that a request is never forgotten.
class MORTISE_API Resume {
public:
    /// Neither: on to the next middleware.
    struct Outcome {
        std::optional<Response> answer;
        std::exception_ptr fault;
    };
    using Continue = std::function<void(Outcome)>;

    explicit Resume(Continue go_on);

    /// On to the next middleware.
    void next() const;
    /// Straight to the client; `after` middleware of those already passed still runs.
    void answer(Response response) const;
    /// As if the middleware had thrown it.
    void fail(std::exception_ptr fault) const;

private:
    struct Waiting;
    std::shared_ptr<Waiting> waiting_;
};

/// What a `before` middleware decided.
class Verdict {
public:
    using Park = std::function<void(Resume)>;

    /// On to the next middleware.
    static Verdict next() { return Verdict(Next{}); }
    /// Straight to the client.
    static Verdict answer(Response response) { return Verdict(std::move(response)); }
    /// The request waits without holding a thread. `park` is called at once; it starts what is waited
    /// for and keeps the Resume.
    static Verdict park(Park park) { return Verdict(std::move(park)); }

    bool is_next() const { return std::holds_alternative<Next>(way_); }
    Response* response() { return std::get_if<Response>(&way_); }
    Park* parking() { return std::get_if<Park>(&way_); }

private:
    struct Next {};
    using Way = std::variant<Next, Response, Park>;
    explicit Verdict(Way way) : way_(std::move(way)) {}

    Way way_;
};

using Before = std::function<Verdict(Request&)>;
using After = std::function<void(const Request&, Response&)>;

/// Free middleware as start() registered it.
struct MiddlewareDeclaration {
    Before before;       // either this
    After after;         // or this
    std::string prefix;  // empty: every path
    bool may_block = false;
};

/// Narrows what was just registered; use it in start() only.
class Middleware {
public:
    explicit Middleware(MiddlewareDeclaration& declaration) : declaration_(&declaration) {}

    /// Only for paths that start with this ("/api/").
    Middleware& under(std::string prefix) {
        declaration_->prefix = std::move(prefix);
        return *this;
    }
    /// It waits for something (a database, a lock): run it on a worker, not on the I/O thread.
    Middleware& may_block() {
        declaration_->may_block = true;
        return *this;
    }

private:
    MiddlewareDeclaration* declaration_;
};

}  // namespace mortise
