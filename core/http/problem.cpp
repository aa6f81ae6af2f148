// SPDX-License-Identifier: Apache-2.0
#include "http/problem.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <string>

#include <mortise/json.h>

namespace mortise::http {

namespace {

struct StatusRow {
    int status;
    std::string_view title;
    std::string_view code;
};

constexpr std::array status_rows{
    StatusRow{400, "Bad Request", "malformed"},
    StatusRow{401, "Unauthorized", "unauthenticated"},
    StatusRow{402, "Payment Required", "payment_required"},
    StatusRow{403, "Forbidden", "forbidden"},
    StatusRow{404, "Not Found", "not_found"},
    StatusRow{405, "Method Not Allowed", "method_not_allowed"},
    StatusRow{406, "Not Acceptable", "not_acceptable"},
    StatusRow{408, "Request Timeout", "request_timeout"},
    StatusRow{409, "Conflict", "conflict"},
    StatusRow{410, "Gone", "gone"},
    StatusRow{411, "Length Required", "length_required"},
    StatusRow{412, "Precondition Failed", "precondition_failed"},
    StatusRow{413, "Content Too Large", "payload_too_large"},
    StatusRow{414, "URI Too Long", "uri_too_long"},
    StatusRow{415, "Unsupported Media Type", "unsupported_media_type"},
    StatusRow{416, "Range Not Satisfiable", "range_not_satisfiable"},
    StatusRow{417, "Expectation Failed", "expectation_failed"},
    StatusRow{421, "Misdirected Request", "misdirected_request"},
    StatusRow{422, "Unprocessable Content", "unprocessable"},
    StatusRow{423, "Locked", "locked"},
    StatusRow{426, "Upgrade Required", "upgrade_required"},
    StatusRow{428, "Precondition Required", "precondition_required"},
    StatusRow{429, "Too Many Requests", "rate_limited"},
    StatusRow{431, "Request Header Fields Too Large", "header_too_large"},
    StatusRow{500, "Internal Server Error", "internal"},
    StatusRow{501, "Not Implemented", "not_implemented"},
    StatusRow{502, "Bad Gateway", "bad_gateway"},
    StatusRow{503, "Service Unavailable", "unavailable"},
    StatusRow{504, "Gateway Timeout", "gateway_timeout"},
    StatusRow{505, "HTTP Version Not Supported", "http_version_not_supported"},
};

StatusRow row_of(int status) {
    const auto row = std::find_if(status_rows.begin(), status_rows.end(),
                                  [status](const StatusRow& known) { return known.status == status; });
    return row == status_rows.end() ? StatusRow{status, "Unknown", "unknown"} : *row;
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
    out += out.ends_with('{') ? "\"" : ",\"";
    out += name;
    out += "\":";
    append_json_string(out, text);
}

void append_faults(std::string& out, std::span<const FieldFault> faults) {
    if (faults.empty()) return;
    out += ",\"errors\":[";
    for (const FieldFault& fault : faults) {
        out += out.ends_with('[') ? "{" : ",{";
        append_member(out, "pointer", fault.pointer);
        append_member(out, "code", fault.code);
        append_member(out, "detail", fault.detail);
        out += '}';
    }
    out += ']';
}

struct Failure {
    int status;
    std::string_view code;
    std::string_view detail;
    std::span<const FieldFault> faults;
};

Response problem(const Failure& failure, const RequestParts* parts) {
    std::string body = "{";
    append_member(body, "type", "about:blank");
    append_member(body, "title", title_of(failure.status));
    body += ",\"status\":" + std::to_string(failure.status);
    append_member(body, "detail", failure.detail);
    if (parts != nullptr) append_member(body, "instance", parts->path);
    append_member(body, "code", failure.code);
    if (parts != nullptr && !parts->id.empty()) append_member(body, "requestId", parts->id);
    append_faults(body, failure.faults);
    body += '}';
    return Response::bytes("application/problem+json", std::move(body), failure.status);
}

Response compat(const Failure& failure) {
    std::string body = "{\"success\":false";
    append_member(body, "message", failure.detail);
    append_faults(body, failure.faults);
    body += '}';
    return Response::bytes("application/json", std::move(body), failure.status);
}

Response make(const Failure& failure, const RequestParts* parts, ErrorStyle style) {
    Response response = style == ErrorStyle::problem ? problem(failure, parts) : compat(failure);
    if (failure.status == 401) response.set_header("WWW-Authenticate", "Bearer");
    if (failure.status == 503) response.set_header("Retry-After", "1");
    return response;
}

}  // namespace

std::string_view title_of(int status) {
    return row_of(status).title;
}

Response make_problem(const Error& error, const RequestParts* parts, ErrorStyle style) {
    Response response =
        make({status_of(error.code()), error.name(), error.public_text(), error.faults()}, parts, style);
    if (const auto& wait = error.retry_after())
        response.set_header("Retry-After",
                            std::to_string(std::chrono::ceil<std::chrono::seconds>(*wait).count()));
    for (const auto& [name, value] : error.headers()) response.set_header(name, value);
    return response;
}

Response make_problem(int status, std::string_view detail, const RequestParts* parts, ErrorStyle style) {
    return make({status, row_of(status).code, detail, {}}, parts, style);
}

}  // namespace mortise::http
