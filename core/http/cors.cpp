// SPDX-License-Identifier: Apache-2.0
#include "http/cors.h"

#include <stdexcept>

#include <mortise/text.h>

namespace mortise::http {

namespace {

// scheme://host[:port], as browsers send it.
bool is_origin(std::string_view text) {
    const std::size_t colon = text.find("://");
    return colon != std::string_view::npos && colon > 0 && text.size() > colon + 3 &&
           text.find_first_of("/?#* \t\r\n,", colon + 3) == std::string_view::npos;
}

void append_line(std::string& lines, std::string_view name, std::string_view value) {
    lines += name;
    lines += ": ";
    lines += value;
    lines += "\r\n";
}

}  // namespace

Cors::Cors(const CorsSettings& settings)
    : is_on_(!settings.origins.empty()),
      every_origin_(settings.origins == std::vector<std::string>{"*"}),
      origins_(settings.origins),
      methods_(join(settings.methods, ", ")) {
    if (every_origin_ && settings.credentials)
        throw std::invalid_argument(
            "cors: every origin (*) with credentials would let any site act as its visitors");
    if (!every_origin_)
        for (const std::string& origin : origins_)
            if (!is_origin(origin))
                throw std::invalid_argument("cors: '" + origin +
                                            "' is no origin such as https://app.example");
    if (settings.credentials) append_line(shared_lines_, "Access-Control-Allow-Credentials", "true");
    preflight_lines_ = shared_lines_;
    if (!settings.exposed.empty())
        append_line(shared_lines_, "Access-Control-Expose-Headers", join(settings.exposed, ", "));
    if (!settings.headers.empty())
        append_line(preflight_lines_, "Access-Control-Allow-Headers", join(settings.headers, ", "));
    append_line(preflight_lines_, "Access-Control-Max-Age", std::to_string(settings.max_age.count()));
}

void Cors::append_lines(std::string& lines, const KnownHeaders& request) const {
    if (!is_on_) return;
    if (append_origin(lines, request)) lines += shared_lines_;
    // Also without an Origin: a shared cache must not hand this answer to a request that has one.
    if (!every_origin_) append_line(lines, "Vary", "Origin");
}

void Cors::append_preflight_lines(std::string& lines, const KnownHeaders& request,
                                  const MethodSet& methods) const {
    if (append_origin(lines, request)) {
        lines += preflight_lines_;
        append_line(lines, "Access-Control-Allow-Methods", methods_.empty() ? methods.text() : methods_);
    }
    append_line(lines, "Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
}

bool Cors::append_origin(std::string& lines, const KnownHeaders& request) const {
    if (request.origin == nullptr) return false;
    const std::string_view origin = request.origin->value;
    if (!every_origin_ && !contains(origins_, origin)) return false;
    append_line(lines, "Access-Control-Allow-Origin", every_origin_ ? "*" : origin);
    return true;
}

}  // namespace mortise::http
