// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include <mortise/http.h>
#include <mortise/services/database.h>
#include <mortise/services/identity.h>

#include "post.h"

namespace posts {

/// The author or an admin.
bool may_change(const mortise::User& asker, std::string_view author_id);

std::optional<Post> find_post(mortise::Reader& reader, std::string_view id);
/// A post as this asker may see it; `asker` is null for nobody in particular. Throws Error(not_found), also
/// for somebody else's draft: ids can't be probed.
Post require_post(mortise::Reader& reader, std::string_view id, const mortise::User* asker);
/// The same by its slug.
Post require_post_named(mortise::Reader& reader, std::string_view slug, const mortise::User* asker);
/// A post this asker may change. Throws Error(forbidden) for what they may only read.
Post require_own_post(mortise::Reader& reader, std::string_view id, const mortise::User& asker);
/// Throws Error(not_found) unless everybody may read the post: what the lists below a post ask, whose
/// answers are shared by all.
void require_published(mortise::Reader& reader, std::string_view id);

/// A single post on the wire, with its ETag and the status its route declares.
mortise::Response post_response(const Post& post);
/// If-Match against the version of a post. Likes and comments change its ETag, but lose nobody's edit.
void require_version(const mortise::Request& request, const Post& post);

[[noreturn]] void refuse_unknown_post();

}  // namespace posts
