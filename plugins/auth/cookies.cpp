// SPDX-License-Identifier: Apache-2.0
#include "cookies.h"

#include <mortise/base64.h>

#include "digest.h"

namespace auth {

namespace {

using mortise::Method;
using mortise::Request;
using mortise::Response;

constexpr std::string_view access_name = "access_token";
constexpr std::string_view refresh_name = "refresh_token";
constexpr std::string_view csrf_name = "csrf_token";

bool only_reads(Method method) {
    return method == Method::get || method == Method::head || method == Method::options;
}

}  // namespace

void Cookies::set(Response& response, std::string_view access_token, std::string_view refresh_token,
                  std::string_view session_id) const {
    if (!settings_.enabled) return;
    response.add_header("set-cookie", cookie(access_name, access_token, "/", access_lifetime_, false));
    response.add_header(
        "set-cookie", cookie(refresh_name, refresh_token, settings_.refresh_path, refresh_lifetime_, false));
    response.add_header("set-cookie",
                        cookie(csrf_name, csrf_token(session_id), "/", refresh_lifetime_, true));
}

void Cookies::clear(Response& response) const {
    if (!settings_.enabled) return;
    response.add_header("set-cookie", cookie(access_name, "", "/", Duration::zero(), false));
    response.add_header("set-cookie",
                        cookie(refresh_name, "", settings_.refresh_path, Duration::zero(), false));
    response.add_header("set-cookie", cookie(csrf_name, "", "/", Duration::zero(), true));
}

std::optional<std::string_view> Cookies::access_token(const Request& request) const {
    return read(request, access_name);
}

std::optional<std::string_view> Cookies::refresh_token(const Request& request) const {
    return read(request, refresh_name);
}

bool Cookies::is_from_our_page(const Request& request, std::string_view session_id) const {
    return only_reads(request.method()) ||
           equal_in_constant_time(request.header("x-csrf-token"), csrf_token(session_id));
}

std::optional<std::string_view> Cookies::read(const Request& request, std::string_view name) const {
    return settings_.enabled ? request.cookie(name) : std::nullopt;
}

std::string Cookies::cookie(std::string_view name, std::string_view value, std::string_view path,
                            Duration lifetime, bool for_scripts) const {
    std::string text(name);
    text.append("=").append(value).append("; Path=").append(path);
    text += "; Max-Age=" + std::to_string(std::chrono::floor<std::chrono::seconds>(lifetime).count());
    if (!settings_.domain.empty()) text += "; Domain=" + settings_.domain;
    text += settings_.same_site == "strict" ? "; SameSite=Strict"
            : settings_.same_site == "lax"  ? "; SameSite=Lax"
                                            : "; SameSite=None";
    if (settings_.secure) text += "; Secure";
    if (!for_scripts) text += "; HttpOnly";
    return text;
}

std::string Cookies::csrf_token(std::string_view session_id) const {
    return mortise::base64url_encode(hmac_sha256(keys_.derivation_key(), "csrf:" + std::string(session_id)));
}

}  // namespace auth
