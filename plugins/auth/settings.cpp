// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <stdexcept>

namespace auth {

using mortise::Options;

AccessTokenSettings::AccessTokenSettings(const Options& options)
    : lifetime(options.duration("lifetime")),
      is_hs256(options.text("algorithm") == "HS256"),
      key_file(options.has("key_file") ? options.text("key_file") : ""),
      parties{options.text("issuer"), options.text("audience")},
      leeway(options.duration("leeway")),
      cached(static_cast<std::size_t>(options.integer("cached"))) {
    if (!is_hs256) return;
    if (!options.has("secret"))
        throw std::runtime_error("access_token.algorithm HS256 needs access_token.secret");
    secrets.push_back(options.secret("secret"));
    for (const Options& previous : options.groups("previous_secrets"))
        secrets.push_back(previous.secret("secret"));
}

SessionSettings::SessionSettings(const Options& options)
    : lifetime(options.group("refresh_token").duration("lifetime")),
      grace(options.group("refresh_token").duration("grace")),
      access_span(options.group("access_token").duration("lifetime") +
                  options.group("access_token").duration("leeway")),
      most_per_account(static_cast<std::size_t>(options.integer("sessions"))) {}

PasswordSettings::PasswordSettings(const Options& options)
    : cost{options.size("memory"), static_cast<std::uint64_t>(options.integer("passes"))},
      threads(static_cast<std::size_t>(options.integer("threads"))),
      queue(static_cast<std::size_t>(options.integer("queue"))) {}

ResetSettings::ResetSettings(const Options& options)
    : lifetime(options.duration("lifetime")), url(options.text("url")), subject(options.text("subject")) {
    if (!url.empty() && url.find("{token}") == std::string::npos)
        throw std::runtime_error("reset.url has no {token} in it");
}

CookieSettings::CookieSettings(const Options& options)
    : enabled(options.flag("enabled")),
      same_site(options.text("same_site")),
      secure(options.flag("secure")),
      domain(options.text("domain")),
      refresh_path(options.text("refresh_path")) {
    if (enabled && same_site == "none" && !secure)
        throw std::runtime_error("cookies.same_site none needs cookies.secure: browsers refuse it otherwise");
}

}  // namespace auth
