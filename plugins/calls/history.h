// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/describe.hpp>

#include <mortise/page.h>
#include <mortise/request.h>
#include <mortise/response.h>

#include "call_log.h"
#include "parts.h"

namespace calls {

/// The query of GET /api/v1/calls.
struct HistoryQuery : mortise::PageQuery {
    std::optional<std::string> status;
    std::optional<std::string> kind;
    std::optional<std::string> direction;
    std::optional<std::string> call_type;
};
BOOST_DESCRIBE_STRUCT(HistoryQuery, (mortise::PageQuery), (status, kind, direction, call_type))

/// One's own history in figures.
struct CallStats {
    std::int64_t total = 0;
    std::int64_t answered = 0;
    std::int64_t missed = 0;
    std::int64_t rejected = 0;
    std::int64_t cancelled = 0;
    std::int64_t incoming = 0;
    std::int64_t outgoing = 0;
    std::int64_t total_duration = 0;  // seconds
    double average_duration = 0;      // seconds, of those that were answered
};
BOOST_DESCRIBE_STRUCT(CallStats, (),
                      (total, answered, missed, rejected, cancelled, incoming, outgoing, total_duration,
                       average_duration))

/// The calls somebody was in, newest first. Everybody's is their own: what one deletes the other keeps.
class History {
public:
    explicit History(const Parts& parts) : parts_(parts) {}

    static mortise::Shape<HistoryQuery> shape();

    mortise::Response list(const mortise::Request& request) const;
    CallStats stats(const mortise::Request& request) const;
    CallRecord read(const mortise::Request& request) const;
    void remove(const mortise::Request& request) const;

private:
    mortise::Page<CallRecord> by_cursor(const std::string& user_id, const HistoryQuery& query) const;
    mortise::NumberedPage<CallRecord> by_number(const std::string& user_id, const HistoryQuery& query) const;

    const Parts& parts_;
};

}  // namespace calls
