// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include <mortise/request.h>
#include <mortise/services/clock.h>
#include <mortise/services/database.h>

#include "attachments.h"
#include "post.h"

namespace posts {

/// A post after a change, and whether what the public sees changed with it.
struct ChangedPost {
    Post post;
    bool was_published = false;

    bool is_public_matter() const { return was_published || post.is_published(); }
};

/// Writes, replaces and deletes posts. Each verb returns after the commit.
class PostWriter {
public:
    PostWriter(mortise::Database& database, const mortise::Clock& clock, const Attachments& attachments)
        : database_(database), clock_(clock), attachments_(attachments) {}

    ChangedPost create(const mortise::Request& request) const;
    ChangedPost replace(const mortise::Request& request) const;
    ChangedPost change(const mortise::Request& request) const;
    /// The post that was deleted, with its comments and likes.
    ChangedPost remove(const mortise::Request& request) const;

private:
    template <class Edit>
    ChangedPost edit(const mortise::Request& request, const std::vector<std::string>* attachments,
                     Edit edit) const;

    mortise::Database& database_;
    const mortise::Clock& clock_;
    const Attachments& attachments_;
};

/// Deletes a post with everything below it.
void delete_post(mortise::Transaction& transaction, std::string_view id);

}  // namespace posts
