// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mortise/request.h>
#include <mortise/response.h>
#include <mortise/services/database.h>
#include <mortise/services/files.h>
#include <mortise/services/identity.h>

#include "post.h"

namespace posts {

/// Files on posts. Who may read the post may read them, whatever the files' own rules say: a draft's stay
/// with its author, a published post's are public for as long as it is.
class Attachments {
public:
    /// `files` is null where nobody provides that service.
    Attachments(mortise::Database& database, const mortise::Files* files)
        : database_(database), files_(files) {}

    /// What a post carries for these ids; `known` it carries already. Others must be the asker's own files.
    /// Throws Error(unprocessable) with the place of each that is not. Not inside a write.
    std::vector<Attachment> of(const std::vector<std::string>& ids, const std::vector<Attachment>& known,
                               const mortise::User& asker) const;
    /// The bytes of GET …/{id}/attachments/{file}.
    mortise::Response send(const mortise::Request& request) const;

private:
    mortise::Database& database_;
    const mortise::Files* files_;
};

}  // namespace posts
