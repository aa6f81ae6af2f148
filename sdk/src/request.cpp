// SPDX-License-Identifier: Apache-2.0
#include <mortise/request.h>

#include <stdexcept>

#include <mortise/error.h>
#include <mortise/server/request_parts.h>
#include <mortise/services/identity.h>
#include <mortise/text.h>

namespace mortise {

BodyReader::~BodyReader() = default;

std::string_view name_of(Method method) noexcept {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::delete_:
            return "DELETE";
        case Method::options:
            return "OPTIONS";
        case Method::other:
            break;
    }
    return {};
}

Method method_of(std::string_view name) noexcept {
    for (const Method method : {Method::get, Method::post, Method::patch, Method::delete_, Method::put,
                                Method::head, Method::options})
        if (name_of(method) == name) return method;
    return Method::other;
}

Method Request::method() const {
    return parts_->method;
}
std::string_view Request::method_text() const {
    return parts_->method_text;
}
std::string_view Request::path() const {
    return parts_->path;
}

std::string_view Request::param(std::string_view name) const {
    for (const auto& [known, value] : parts_->params)
        if (known == name) return value;
    throw std::logic_error("the route of " + std::string(parts_->path) + " has no parameter {" +
                           std::string(name) + "}");
}

void Request::read_primary() {
    parts_->reads_primary = true;
}

std::string_view Request::query_text() const {
    return parts_->query;
}

std::optional<std::string_view> Request::query(std::string_view name) const {
    if (parts_->query.empty()) return std::nullopt;
    if (!parts_->query_pairs) parts_->query_pairs = parse_form(parts_->query);
    for (const auto& [known, value] : *parts_->query_pairs)
        if (known == name) return value;
    return std::nullopt;
}

std::string_view Request::header(std::string_view name) const {
    const HeaderView* found = parts_->find_header(name);
    return found ? found->value : std::string_view{};
}

bool Request::has_header(std::string_view name) const {
    return parts_->find_header(name) != nullptr;
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
    for (const HeaderView& header : parts_->headers) {
        if (!equals_ignoring_case(header.name, "cookie")) continue;
        std::string_view rest = header.value;
        while (!rest.empty()) {
            const std::string_view pair = trim(take_until(rest, ';'));
            const std::size_t equals = pair.find('=');
            if (equals != std::string_view::npos && pair.substr(0, equals) == name)
                return pair.substr(equals + 1);
        }
    }
    return std::nullopt;
}

std::string_view Request::body() const {
    return parts_->body;
}

Json Request::json() const {
    const std::string_view type = header("content-type");
    if (!type.empty() && !is_json_media_type(type))
        throw Error(Code::unsupported_media_type, "The body must be application/json.");
    return parse_json(parts_->body);
}

BodyReader& Request::body_reader() const {
    if (parts_->body_reader == nullptr)
        throw std::logic_error("body_reader() on a route without streamed_body()");
    return *parts_->body_reader;
}

const User* Request::user() const {
    return parts_->user.get();
}

const User& Request::signed_in() const {
    if (!parts_->user) throw Error(Code::unauthenticated, "Sign in first.");
    return *parts_->user;
}

std::string_view Request::id() const {
    return parts_->id;
}
std::string_view Request::client_address() const {
    return parts_->client_address;
}
bool Request::is_secure() const {
    return parts_->is_secure;
}
std::chrono::steady_clock::time_point Request::deadline() const {
    return parts_->deadline;
}
bool Request::is_abandoned() const {
    return parts_->is_abandoned.load(std::memory_order_relaxed);
}

void Request::leave(std::string name, std::any value) {
    for (auto& [known, old] : parts_->left) {
        if (known != name) continue;
        old = std::move(value);
        return;
    }
    parts_->left.emplace_back(std::move(name), std::move(value));
}

const std::any* Request::find_left(std::string_view name) const {
    for (const auto& [known, value] : parts_->left)
        if (known == name) return &value;
    return nullptr;
}

namespace {

const void* bound(const BoundValue& bound, const std::type_info& type, const char* declaration) {
    if (bound.type == nullptr || *bound.type != type)
        throw std::logic_error(std::string("the route did not declare ") + declaration + "<" + type.name() +
                               ">()");
    return bound.value.get();
}

}  // namespace

const void* Request::bound_body(const std::type_info& type) const {
    return bound(parts_->bound_body, type, ".body");
}
const void* Request::bound_query(const std::type_info& type) const {
    return bound(parts_->bound_query, type, ".query");
}

void RequestParts::reset() {
    method = Method::get;
    method_text = target = path = query = body = {};
    minor_version = 1;
    headers.clear();
    route = nullptr;
    params.clear();
    id.clear();
    client_address.clear();
    is_secure = reads_primary = false;
    deadline = std::chrono::steady_clock::time_point::max();
    is_abandoned.store(false, std::memory_order_relaxed);
    body_reader = nullptr;
    bound_body = {};
    bound_query = {};
    user.reset();
    left.clear();
    query_pairs.reset();
}

const HeaderView* RequestParts::find_header(std::string_view name) const {
    for (const HeaderView& header : headers)
        if (equals_ignoring_case(header.name, name)) return &header;
    return nullptr;
}

}  // namespace mortise
