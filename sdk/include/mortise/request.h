// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <any>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <typeinfo>

#include <mortise/export.h>
#include <mortise/json.h>

namespace mortise {

struct RequestParts;
struct User;

enum class Method { get, head, post, put, patch, delete_, options, other };

/// "GET", "DELETE"; empty for Method::other, whose text only the request knows.
MORTISE_API std::string_view name_of(Method method) noexcept;
/// Method names are case-sensitive (RFC 9110): "get" is Method::other.
MORTISE_API Method method_of(std::string_view name) noexcept;

/// The bytes of a streamed request body (see Route::streamed_body), in the order they arrive.
class MORTISE_API BodyReader {
public:
    virtual ~BodyReader();
    /// Waits for bytes and fills the front of `buffer`; 0 means the body has ended. Worker threads only.
    /// Throws Error: request_timeout when the client stalls or the deadline passes, malformed when it
    /// breaks off, payload_too_large past the route's limit.
    virtual std::size_t read(std::span<char> buffer) = 0;
};

/// One HTTP request, as handlers and middleware see it.
///
/// Lives until its response has been handed over; every view returned here lives as long. One thread
/// at a time uses it.
class MORTISE_API Request {
public:
    explicit Request(RequestParts& parts) : parts_(&parts) {}
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    Method method() const;
    std::string_view method_text() const;
    /// The path as it was sent, without the query and still percent-encoded.
    std::string_view path() const;
    /// The value of `{name}` in the route's path, percent-decoded. A name the route does not have is a
    /// programming fault: std::logic_error.
    std::string_view param(std::string_view name) const;
    /// The query as it was sent, without the '?'; empty when there is none.
    std::string_view query_text() const;
    /// A query parameter, decoded ('+' is a blank); the first of equal names; nothing when absent.
    std::optional<std::string_view> query(std::string_view name) const;
    /// The value of a header, whatever its case, without blanks around it; the first of equal names;
    /// empty when absent.
    std::string_view header(std::string_view name) const;
    bool has_header(std::string_view name) const;
    /// The value of a cookie; nothing when absent.
    std::optional<std::string_view> cookie(std::string_view name) const;

    /// The whole body. Empty for routes with streamed_body().
    std::string_view body() const;
    /// The body as JSON. Throws Error(malformed), or unsupported_media_type when Content-Type names
    /// something else.
    Json json() const;
    /// The body as the struct its route declared with .body<T>(); already validated.
    template <class T>
    const T& body() const {
        return *static_cast<const T*>(bound_body(typeid(T)));
    }
    /// The query as the struct its route declared with .query<T>(); already validated.
    template <class T>
    const T& query() const {
        return *static_cast<const T*>(bound_query(typeid(T)));
    }
    /// The body of a route with streamed_body(); std::logic_error on other routes.
    BodyReader& body_reader() const;

    /// Who asks; null for a request without a valid identity.
    const User* user() const;
    /// Who asks. Throws Error(unauthenticated) for nobody; on routes with requires_user() it cannot.
    const User& signed_in() const;

    /// The request id: the client's X-Request-Id when it is well-formed, else made here.
    std::string_view id() const;
    /// The client's IP address; behind a trusted proxy the one it forwards for.
    std::string_view client_address() const;
    /// True when the client's side of the connection is encrypted.
    bool is_secure() const;
    /// When the request will be given up; long work should look at it.
    std::chrono::steady_clock::time_point deadline() const;
    /// True once the client has gone or the deadline has passed: nobody waits for the answer.
    bool is_abandoned() const;

    /// The handler's reads ask no replica (see PrimaryReads): its answer will be kept.
    void read_primary();
    /// Leaves a value for later middleware and the handler of the same plugin.
    void leave(std::string name, std::any value);
    /// A value left before; null when there is none of this name and type.
    template <class T>
    const T* left(std::string_view name) const {
        return std::any_cast<T>(find_left(name));
    }

    /// For the server and sdk/testing: the storage behind this view.
    RequestParts& parts() const { return *parts_; }

private:
    const void* bound_body(const std::type_info& type) const;
    const void* bound_query(const std::type_info& type) const;
    const std::any* find_left(std::string_view name) const;

    RequestParts* parts_;
};

}  // namespace mortise
