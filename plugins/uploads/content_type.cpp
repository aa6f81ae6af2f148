// SPDX-License-Identifier: Apache-2.0
#include "content_type.h"

#include <magic.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include <mortise/error.h>
#include <mortise/text.h>

namespace uploads {

namespace {

// Other names of the same types, as browsers and libmagic use them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 15> aliases{{
    {"image/jpg", "image/jpeg"},
    {"image/pjpeg", "image/jpeg"},
    {"image/heif", "image/heic"},
    {"audio/mp3", "audio/mpeg"},
    {"audio/x-wav", "audio/wav"},
    {"audio/wave", "audio/wav"},
    {"audio/vnd.wave", "audio/wav"},
    {"audio/x-m4a", "audio/mp4"},
    {"audio/m4a", "audio/mp4"},
    {"audio/x-flac", "audio/flac"},
    {"application/csv", "text/csv"},
    {"text/json", "application/json"},
    {"application/ogg", "audio/ogg"},
    {"application/x-zip-compressed", "application/zip"},
    {"application/x-pdf", "application/pdf"},
}};

std::string plain_type(std::string_view type) {
    type = mortise::trim(type.substr(0, std::min(type.find(';'), type.size())));
    std::string lower = mortise::to_lower(type);
    for (const auto& [alias, name] : aliases)
        if (lower == alias) return std::string(name);
    return lower;
}

bool is_office(std::string_view type) {
    return type.starts_with("application/vnd.") || type == "application/epub+zip";
}

bool is_media(std::string_view type) {
    return type.starts_with("audio/") || type.starts_with("video/");
}

// A claim may say more than the first bytes tell, but nothing else.
bool agrees(std::string_view claimed, std::string_view found) {
    if (claimed.empty() || claimed == "application/octet-stream" || claimed == found) return true;
    const bool is_found_text = found.starts_with("text/") || found == "application/json";
    const bool is_claimed_text = claimed.starts_with("text/") || claimed == "application/json";
    constexpr std::array runs{"text/html", "text/xml", "text/javascript"};
    const auto may_run = [&](std::string_view type) {
        return std::find(runs.begin(), runs.end(), type) != runs.end();
    };
    if (is_found_text && is_claimed_text) return !may_run(found) && !may_run(claimed);
    if (found == "application/zip") return is_office(claimed);
    return is_media(found) && is_media(claimed);  // one container, with sound alone or with pictures
}

}  // namespace

void ContentTypes::Close::operator()(magic_set* cookie) const {
    ::magic_close(cookie);
}

void ContentTypes::open() {
    // Compressed files and archives are never looked into, and nothing is run.
    const int flags = MAGIC_MIME_TYPE | MAGIC_ERROR | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR |
                      MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_TOKENS;
    cookie_.reset(::magic_open(flags));
    if (!cookie_ || ::magic_load(cookie_.get(), nullptr) != 0)
        throw std::runtime_error(std::string("uploads: the database of file types can't be read: ") +
                                 (cookie_ ? ::magic_error(cookie_.get()) : "no memory"));
}

std::string ContentTypes::judge(std::string_view front, std::string_view claimed) const {
    std::string found = find(front);
    if (!is_allowed(found))
        throw mortise::Error(mortise::Code::unsupported_media_type,
                             "Files of this kind (" + found + ") are not taken here.")
            .named("type_not_allowed");
    if (!agrees(plain_type(claimed), found))
        throw mortise::Error(mortise::Code::unsupported_media_type,
                             "The file is not what its Content-Type says: it is " + found + ".")
            .named("type_mismatch");
    return found;
}

std::string ContentTypes::find(std::string_view front) const {
    const std::scoped_lock lock(mutex_);
    const char* type = ::magic_buffer(cookie_.get(), front.data(), front.size());
    return type ? plain_type(type) : "application/octet-stream";
}

bool ContentTypes::is_allowed(std::string_view type) const {
    return std::any_of(allowed_.begin(), allowed_.end(), [&](std::string_view allowed) {
        if (!allowed.ends_with('*')) return allowed == type;
        return type.starts_with(allowed.substr(0, allowed.size() - 1));
    });
}

bool is_harmless(std::string_view type) {
    constexpr std::array pictures{"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"};
    return is_media(type) || type == "text/plain" ||
           std::find(pictures.begin(), pictures.end(), type) != pictures.end();
}

}  // namespace uploads
