// SPDX-License-Identifier: Apache-2.0
#include "http/validators.h"

#include <array>
#include <cstdint>

#include <mortise/etag.h>
#include <mortise/text.h>

#include "http/security_headers.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace mortise::http {

namespace {

bool is_read(const Request& request) {
    return request.method() == Method::get || request.method() == Method::head;
}

std::uint64_t hash_of(std::string_view body) {
    return XXH3_64bits(body.data(), body.size());
}

// Eleven characters and two quotes: short enough for a string without memory of its own.
std::string tag_of(const Response& response) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const auto* shared = std::get_if<SharedText>(&response.body());
    std::uint64_t hash = shared != nullptr ? shared->hash(hash_of) : hash_of(response.body_text());
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

OwnHeaders OwnHeaders::of(const Response& response) {
    OwnHeaders own;
    for (const auto& [name, value] : response.headers()) {
        if (name.size() == 4 && equals_ignoring_case(name, "ETag"))
            own.etag = &value;
        else if (name.size() == 13 && equals_ignoring_case(name, "Cache-Control"))
            own.has_cache_control = true;
        else if (name.size() >= shortest_security_name)
            own.may_have_security = true;
    }
    return own;
}

void add_validators(const Request& request, const KnownHeaders& headers, const OwnHeaders& own,
                    Response& response) {
    if (response.status() != 200 || !is_read(request) || !response.is_in_memory()) return;
    if (headers.if_none_match == nullptr) {
        if (own.etag == nullptr) response.add_header("ETag", tag_of(response));
        return;
    }
    const std::string tag = own.etag != nullptr ? *own.etag : tag_of(response);
    if (own.etag == nullptr) response.add_header("ETag", tag);
    if (is_unchanged(request, tag)) make_not_modified(response);
}

std::string_view cache_control_line(const Request& request, const Response& response) {
    if (response.status() >= 400) return "Cache-Control: no-store\r\n";
    if (!is_read(request)) return {};
    return request.user() != nullptr ? "Cache-Control: private, no-cache\r\n" : "Cache-Control: no-cache\r\n";
}

}  // namespace mortise::http
