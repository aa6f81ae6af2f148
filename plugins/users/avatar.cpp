// SPDX-License-Identifier: Apache-2.0
#include "avatar.h"

#include <array>
#include <optional>
#include <span>

#include <mortise/error.h>
#include <mortise/etag.h>

namespace users {

namespace {

struct PictureKind {
    std::string_view content_type;
    std::string_view magic;
    std::size_t offset;
};

constexpr std::array picture_kinds{
    PictureKind{"image/png", "\x89PNG\r\n\x1A\n", 0},
    PictureKind{"image/jpeg", "\xFF\xD8\xFF", 0},
    PictureKind{"image/gif", "GIF8", 0},
    PictureKind{"image/webp", "WEBP", 8},
};

std::optional<std::string_view> kind_of(std::string_view picture) {
    for (const PictureKind& kind : picture_kinds)
        if (picture.size() > kind.offset && picture.substr(kind.offset).starts_with(kind.magic))
            return kind.content_type;
    return std::nullopt;
}

}  // namespace

std::string avatar_url(std::string_view user_id, std::int64_t version) {
    return "/api/v1/users/" + std::string(user_id) + "/avatar?v=" + std::to_string(version);
}

void AvatarShelf::put(std::string_view user_id, std::string_view picture) const {
    const auto content_type = kind_of(picture);
    if (!content_type)
        throw mortise::Error(mortise::Code::unsupported_media_type,
                             "An avatar is a PNG, JPEG, GIF or WebP picture.");
    database_.execute(
        "INSERT INTO avatars (user_id, content_type, picture, version) VALUES (?, ?, ?, 1) "
        "ON CONFLICT (user_id) DO UPDATE SET content_type = excluded.content_type, picture = "
        "excluded.picture, "
        "version = avatars.version + 1",
        user_id, *content_type, std::as_bytes(std::span(picture)));
}

void AvatarShelf::remove(std::string_view user_id) const {
    database_.execute("DELETE FROM avatars WHERE user_id = ?", user_id);
}

mortise::Response AvatarShelf::show(const mortise::Request& request) const {
    const auto row = database_.one("SELECT content_type, picture, version FROM avatars WHERE user_id = ?",
                                   request.param("id"));
    if (!row) throw mortise::Error(mortise::Code::not_found, "There is no picture.");
    const auto bytes = row->bytes("picture");
    auto response = mortise::Response::bytes(
        row->text("content_type"), std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    const std::string version = std::to_string(row->integer("version"));
    response.set_header("ETag", mortise::quote_etag("v" + version));
    // Only the address with the version in it names one picture for ever.
    const bool is_versioned = request.query("v") == std::optional<std::string_view>(version);
    response.set_header("Cache-Control",
                        is_versioned ? "public, max-age=31536000, immutable" : "public, no-cache");
    return response;
}

}  // namespace users
