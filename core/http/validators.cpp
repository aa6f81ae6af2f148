// SPDX-License-Identifier: Apache-2.0
#include "http/validators.h"

#include <array>
#include <cstdint>

#include <mortise/etag.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace mortise::http {

namespace {

bool is_read(const Request& request) {
    return request.method() == Method::get || request.method() == Method::head;
}

bool is_in_memory(const Response& response) {
    return !std::holds_alternative<Response::File>(response.body()) &&
           !std::holds_alternative<Response::Stream>(response.body());
}

// Eleven characters and two quotes: short enough for a string without memory of its own.
std::string tag_of(std::string_view body) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::uint64_t hash = XXH3_64bits(body.data(), body.size());
    std::string tag(13, '"');
    for (std::size_t place = 1; place < 12; ++place, hash >>= 6) tag[place] = digits[hash & 63];
    return tag;
}

// A 304 speaks of the representation a 200 would have sent (RFC 9110, 15.4.5): no body, nothing about it.
void make_not_modified(Response& response) {
    response.set_status(304);
    response.body() = std::string();
    response.remove_header("Content-Type");
    response.remove_header("Content-Length");
    response.remove_header("Content-Encoding");
}

}  // namespace

void add_validators(const Request& request, const KnownHeaders& headers, Response& response) {
    if (response.status() != 200 || !is_read(request) || !is_in_memory(response)) return;
    if (response.header("ETag") == nullptr) response.set_header("ETag", tag_of(response.body_text()));
    if (headers.if_none_match == nullptr) return;
    if (is_unchanged(request, *response.header("ETag"))) make_not_modified(response);
}

void append_cache_control(std::string& lines, const Request& request, const Response& response) {
    if (response.header("Cache-Control") != nullptr) return;
    if (response.status() >= 400)
        lines += "Cache-Control: no-store\r\n";
    else if (is_read(request))
        lines += request.user() != nullptr ? "Cache-Control: private, no-cache\r\n"
                                           : "Cache-Control: no-cache\r\n";
}

}  // namespace mortise::http
