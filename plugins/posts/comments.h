// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/describe.hpp>

#include <mortise/options.h>
#include <mortise/page.h>
#include <mortise/request.h>
#include <mortise/response.h>
#include <mortise/services/clock.h>
#include <mortise/services/database.h>
#include <mortise/services/identity.h>
#include <mortise/shape.h>
#include <mortise/time.h>

namespace posts {

struct Comment {
    std::string id;
    std::string post_id;
    std::string author_id;
    std::string body;
    mortise::Time created_at{};
    mortise::Time updated_at{};
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Comment, (), (id, post_id, author_id, body, created_at, updated_at, version))

/// The body of a new comment and of a changed one.
struct CommentText {
    std::string body;
};
BOOST_DESCRIBE_STRUCT(CommentText, (), (body))

mortise::Shape<CommentText> comment_shape(const mortise::Options& options);

/// A comment on the wire, with its ETag and the status its route declares.
mortise::Response comment_response(const Comment& comment);

/// What people say below a published post; everybody may read it. Each verb that writes returns after the
/// commit.
class Comments {
public:
    Comments(mortise::Database& database, const mortise::Clock& clock) : database_(database), clock_(clock) {}

    /// The oldest first.
    mortise::Page<Comment> list(std::string_view post_id, const mortise::PageQuery& query) const;
    Comment read(const mortise::Request& request) const;
    Comment add(const mortise::Request& request) const;
    /// Only its author may.
    Comment change(const mortise::Request& request) const;
    /// Its author, the post's author or an admin may.
    void remove(const mortise::Request& request) const;

private:
    mortise::Database& database_;
    const mortise::Clock& clock_;
};

}  // namespace posts
