// SPDX-License-Identifier: Apache-2.0
#include "http/answers.h"

#include <mortise/error.h>
#include <mortise/route.h>
#include <mortise/text.h>

#include "http/request_id.h"
#include "http/validators.h"

namespace mortise::http {

namespace {

std::string_view route_of(const RequestParts& parts) {
    return parts.route != nullptr ? std::string_view(parts.route->path) : std::string_view("none");
}

void append_request_id(std::string& lines, const RequestParts& parts) {
    lines += "X-Request-Id: ";
    lines += parts.id;
    lines += "\r\n";
}

}  // namespace

Answers::Answers(const AnswerSettings& settings, Log log, const Clock& clock)
    : errors_(settings.errors),
      cors_(settings.cors),
      security_(settings.security),
      log_(std::move(log)),
      failures_(log_, clock) {}

Response Answers::caught(const RequestParts& parts) const {
    try {
        throw;
    } catch (const Error& error) {
        return told(error, parts);
    } catch (const std::exception& fault) {
        return unforeseen(parts, fault.what());
    } catch (...) {
        return unforeseen(parts, "something that is no std::exception was thrown");
    }
}

Response Answers::caught(std::exception_ptr fault, const RequestParts& parts) const {
    try {
        std::rethrow_exception(std::move(fault));
    } catch (...) {
        return caught(parts);
    }
}

Response Answers::told(const Error& error, const RequestParts& parts) const {
    failures_.thrown(error, route_of(parts));
    try {
        return make_problem(error, &parts, errors_);
    } catch (const std::exception& fault) {  // a header of the Error that cannot be one
        return unforeseen(parts, fault.what());
    }
}

void Answers::left_out(const RequestParts& parts) const {
    failures_.left_out(route_of(parts));
}

Response Answers::unforeseen(const RequestParts& parts, std::string_view what) const {
    failures_.unforeseen(what, route_of(parts));
    return problem(500, something_went_wrong, &parts);
}

void Answers::complete(Response& response, int success_status, const RequestParts& parts) const {
    if (response.status() == 0) response.set_status(success_status);
    if (response.status() < 200 || response.status() > 599) {
        log_.error("request failed", {{"route", route_of(parts)},
                                      {"what", "the handler's status is none"},
                                      {"status", response.status()}});
        response = problem(500, something_went_wrong, &parts);
        return;
    }
    if (response.status() < 400 || response.header("Content-Type") != nullptr) return;
    if (const auto* text = std::get_if<std::string>(&response.body()); text == nullptr || !text->empty())
        return;
    const bool is_ours = response.status() >= 500;
    Response filled =
        problem(response.status(), is_ours ? something_went_wrong : title_of(response.status()), &parts);
    for (const auto& [name, value] : response.headers()) filled.set_header(name, value);
    response = std::move(filled);
}

void Answers::send(Exchange& exchange, Response&& response) const {
    ChainState& chain = exchange.chain();
    if (chain.is_answered.exchange(true, std::memory_order_acq_rel)) return;
    const Request& request = exchange.request();
    std::string& lines = exchange.head_lines();
    const OwnHeaders own = OwnHeaders::of(response);
    add_validators(request, chain.headers, own, response);
    append_request_id(lines, exchange.parts());
    if (!own.has_cache_control) lines += cache_control_line(request, response);
    cors_.append_lines(lines, chain.headers);
    security_.append_lines(lines, response, own.may_have_security, exchange.parts().is_secure);
    exchange.respond(std::move(response));
}

void Answers::send_preflight(Exchange& exchange, const MethodSet& methods) const {
    ChainState& chain = exchange.chain();
    if (chain.is_answered.exchange(true, std::memory_order_acq_rel)) return;
    append_request_id(exchange.head_lines(), exchange.parts());
    cors_.append_preflight_lines(exchange.head_lines(), chain.headers, methods);
    exchange.respond(Response::empty(204));
}

void Answers::dress_refusal(Response& response, const RequestParts* parts) const {
    std::string lines;
    if (parts != nullptr) {
        if (!parts->id.empty()) append_request_id(lines, *parts);
        cors_.append_lines(lines, KnownHeaders::among(parts->headers));
    }
    lines += "Cache-Control: no-store\r\n";
    security_.append_lines(lines, response, true, parts != nullptr && parts->is_secure);
    for (std::string_view rest = lines; !rest.empty();) {
        std::string_view value = take_until(rest, '\n');
        const std::string_view name = take_until(value, ':');
        value.remove_suffix(1);
        response.add_header(name, trim(value));
    }
}

}  // namespace mortise::http
