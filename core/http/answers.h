// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string>

#include <mortise/log.h>
#include <mortise/response.h>

#include "http/cors.h"
#include "http/exchange.h"
#include "http/failure_log.h"
#include "http/problem.h"
#include "http/security_headers.h"

namespace mortise::http {

struct AnswerSettings {
    ErrorStyle errors = ErrorStyle::problem;
    CorsSettings cors;
    SecuritySettings security;
};

/// Makes answers of failures and sends answers off with what the server adds to each: validators, request
/// id, CORS, security headers. Every thread may ask.
class Answers {
public:
    /// The clock outlives this object.
    Answers(const AnswerSettings& settings, Log log, const Clock& clock);

    /// Inside a catch block: what the client is told about the exception. The private half is logged.
    Response caught(const RequestParts& parts) const;
    Response caught(std::exception_ptr fault, const RequestParts& parts) const;
    /// The same for an Error nobody throws.
    Response told(const Error& error, const RequestParts& parts) const;
    Response problem(int status, std::string_view detail, const RequestParts* parts) const {
        return make_problem(status, detail, parts, errors_);
    }
    /// An `after` is left out because its plugin's lane is full: for the log.
    void left_out(const RequestParts& parts) const;
    /// Gives a status to a response without one, and a body to an error without one.
    void complete(Response& response, int success_status, const RequestParts& parts) const;

    /// Sends it, unless the request has been answered already. The exchange may serve its next request
    /// when this returns.
    void send(Exchange& exchange, Response&& response) const;
    void send_preflight(Exchange& exchange, const MethodSet& methods) const;
    /// Adds, as ordinary headers, what send() would have added: for answers the wire gives by itself.
    void dress_refusal(Response& response, const RequestParts* parts) const;

    const Cors& cors() const { return cors_; }
    const Log& log() const { return log_; }

private:
    Response unforeseen(const RequestParts& parts, std::string_view what) const;

    ErrorStyle errors_;
    Cors cors_;
    SecurityHeaders security_;
    Log log_;
    FailureLog failures_;
};

}  // namespace mortise::http
