// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include <mortise/described.h>
#include <mortise/error.h>
#include <mortise/export.h>

namespace mortise {

class Response;
struct RouteDeclaration;
struct User;

/// Who wants to be let through. What it refers to stays for the call only.
struct Visitor {
    std::string_view address;    ///< the client's IP address; behind a trusted proxy the one it forwards for
    const User* user = nullptr;  ///< null: nobody is signed in
};

/// What a policy says about one attempt.
struct LimitDecision {
    enum class Outcome {
        exempt,     ///< let through and not counted; the rest means nothing
        admitted,   ///< let through, and counted
        refused,    ///< too many; not counted
        undecided,  ///< it can't be known at the moment, and the policy lets nobody through then
    };

    Outcome outcome = Outcome::exempt;
    std::int64_t limit = 0;                 ///< how many this visitor has in a window
    std::int64_t remaining = 0;             ///< how many are left of them
    std::chrono::milliseconds resets_in{};  ///< until the window ends

    bool lets_through() const { return outcome == Outcome::exempt || outcome == Outcome::admitted; }
};

/// Takes a decision that comes later. Copies share one attempt; the first decision counts, from any thread.
/// When the last copy goes away unused the attempt is undecided, so that nobody is forgotten.
class MORTISE_API LimitReply {
public:
    explicit LimitReply(std::function<void(const LimitDecision&)> go_on);
    void operator()(const LimitDecision& decision) const;

private:
    struct Waiting;
    std::shared_ptr<Waiting> waiting_;
};

/// Starts what a decision has to wait for, and keeps the reply until it is there.
using LimitLater = std::function<void(LimitReply)>;
/// A decision, or the way to one. LimitLater is called once, on the same thread, or never when the attempt is
/// given up.
using LimitAnswer = std::variant<LimitDecision, LimitLater>;

/// So many in so much time, for everybody who is to be told apart. Every thread may ask.
class MORTISE_API LimitPolicy {
public:
    virtual ~LimitPolicy();
    virtual const std::string& name() const = 0;
    /// Decides about one attempt, and counts it. Called on loop threads: must not block and must not throw.
    virtual LimitAnswer decide(const Visitor& visitor) = 0;
    /// Tells the client of an HTTP answer how it stands, in headers.
    virtual void tell(const LimitDecision& decision, Response& response) const = 0;
};

/// Refuses what comes too often: requests, events of sockets, and sockets that connect. The service
/// `limiter`.
///
/// It is asked for the policy of each route and event once, when all plugins have started. A name that it
/// does not know is a fault of the configuration, told then.
class MORTISE_API Limiter {
public:
    static constexpr std::string_view service = "limiter";
    /// The policy for clients that connect; without it they are not limited.
    static constexpr std::string_view connect = "connect";
    /// The event that tells a client of a refused event without acknowledgement; its payload is LimitNotice.
    static constexpr std::string_view notice = "rate_limited";

    virtual ~Limiter();
    /// Null when there is none of this name. Lives as long as the limiter.
    virtual LimitPolicy* policy(std::string_view name) = 0;
    /// The policy for a route that names none; null: it is not limited.
    virtual LimitPolicy* policy_without_name(const RouteDeclaration& route) = 0;
};

/// The payload of Limiter::notice.
struct LimitNotice {
    std::string event;
    std::string policy;
    std::string message;
    std::int64_t retry_after = 0;  // seconds
};
BOOST_DESCRIBE_STRUCT(LimitNotice, (), (event, policy, message, retry_after))

/// What a client is told that was not let through.
MORTISE_API Error refusal_of(const LimitDecision& decision);

}  // namespace mortise
