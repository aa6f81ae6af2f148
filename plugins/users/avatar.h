// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <mortise/request.h>
#include <mortise/response.h>
#include <mortise/services/database.h>

namespace users {

/// Where a picture is served; another picture has another address.
std::string avatar_url(std::string_view user_id, std::int64_t version);

/// Pictures of people, kept in the database so that every node has them.
class AvatarShelf {
public:
    explicit AvatarShelf(mortise::Database& database) : database_(database) {}

    /// Takes the body when its first bytes are those of a PNG, JPEG, GIF or WebP, whatever Content-Type
    /// says. Throws Error(unsupported_media_type) for anything else.
    void put(std::string_view user_id, std::string_view picture) const;
    void remove(std::string_view user_id) const;
    /// Throws Error(not_found) when there is none.
    mortise::Response show(const mortise::Request& request) const;

private:
    mortise::Database& database_;
};

}  // namespace users
