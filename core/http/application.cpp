// SPDX-License-Identifier: Apache-2.0
#include "http/application.h"

#include <mortise/error.h>

#include "http/request_id.h"

namespace mortise::http {

namespace {

MethodSet every_method() {
    MethodSet methods;
    for (const Method method : {Method::get, Method::post, Method::put, Method::patch, Method::delete_})
        methods.add(method);
    return methods;
}

void set_id(RequestParts& parts, const KnownHeaders& headers) {
    if (headers.request_id != nullptr && is_request_id(headers.request_id->value))
        parts.id = headers.request_id->value;
    else
        make_request_id(parts.id);
}

}  // namespace

Application::Application(const ApplicationSettings& settings, ApplicationParts parts)
    : parts_(std::move(parts)),
      request_timeout_(settings.request_timeout),
      proxies_(settings.trusted_proxies),
      answers_(settings.answers, parts_.log, parts_.clock),
      chain_(parts_.phases, answers_, settings.max_body) {}

void Application::handle(const std::shared_ptr<Exchange>& exchange) {
    ChainState& chain = exchange->chain();
    RequestParts& parts = exchange->parts();
    chain.reset();
    chain.middleware = &parts_.routes.unrouted();
    chain.headers = KnownHeaders::among(parts.headers);
    chain.path = parts.path;
    set_id(parts, chain.headers);
    LogScope scope(parts.id);
    try {
        begin(*exchange, scope);
    } catch (...) {
        chain.response = answers_.caught(parts);
        chain_.finish(*exchange);
    }
}

void Application::begin(Exchange& exchange, LogScope& scope) const {
    ChainState& chain = exchange.chain();
    RequestParts& parts = exchange.parts();
    if (!proxies_.resolve(parts) && chain.headers.forwarded_for != nullptr)
        warn_of_proxy(parts.client_address);
    const auto path = normalise_path(parts.path, chain.path_buffer);
    if (!path) throw Error(Code::malformed, "The path is not well-formed.");
    chain.path = parts_.routes.aliases().resolve(*path, chain.path_buffer);
    if (parts.method == Method::options && answers_.cors().is_preflight(chain.headers)) {
        const MethodSet methods = parts_.routes.allowed(chain.path);
        if (!methods.empty()) return answers_.send_preflight(exchange, methods);
    }

    const RouteTable::Match match = parts_.routes.match(parts.method, chain.path, parts);
    if (match.entry == nullptr) return answer_unrouted(exchange);
    const RouteDeclaration& route = *match.entry->declaration;
    chain.route = match.entry;
    chain.middleware = &match.entry->chain;
    parts.route = &route;
    if (match.is_malformed) throw Error(Code::malformed, "The path is not well-formed.");
    if (route.deadline)
        parts.deadline = parts_.clock.steady_now() + *route.deadline;
    else if (!route.streams_body)
        parts.deadline = parts_.clock.steady_now() + request_timeout_;
    chain_.advance(exchange, scope);
}

// Once: behind a proxy nobody told us of, all clients have one address, and share one rate limit.
void Application::warn_of_proxy(std::string_view address) const {
    if (has_warned_of_proxy_.load(std::memory_order_relaxed) || has_warned_of_proxy_.exchange(true)) return;
    parts_.log.warn("X-Forwarded-For is not believed: it comes from no trusted proxy",
                    {{"address", address}, {"setting", "server.trusted_proxies"}});
}

void Application::answer_unrouted(Exchange& exchange) const {
    ChainState& chain = exchange.chain();
    const RequestParts& parts = exchange.parts();
    const bool is_for_server = parts.path == "*";
    const MethodSet methods = is_for_server ? every_method() : parts_.routes.allowed(chain.path);
    if (methods.empty()) throw Error(Code::not_found, "There is nothing at this path.");
    if (parts.method != Method::options)
        throw Error(Code::method_not_allowed,
                    "This path does not take " + std::string(parts.method_text) + ".")
            .with_header("Allow", methods.text());
    chain.response = Response::empty(204);
    chain.response->set_header("Allow", methods.text());
    chain_.finish(exchange);
}

Response Application::refuse(int status, std::string_view detail, const RequestParts* parts) {
    Response response = answers_.problem(status, detail, parts);
    answers_.dress_refusal(response, parts);
    return response;
}

bool Application::run_blocking(Exchange& exchange, std::function<void()> task) {
    const RouteEntry* route = exchange.chain().route;
    if (route != nullptr && route->lane != nullptr) return route->lane->submit(std::move(task));
    task();
    return true;
}

void Application::finished(const RequestParts& parts, int status, std::uint64_t body_bytes,
                           std::chrono::steady_clock::duration took) {
    if (parts_.watch != nullptr) parts_.watch->finished({parts, status, body_bytes, took});
}

}  // namespace mortise::http
