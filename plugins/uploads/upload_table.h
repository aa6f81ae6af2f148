// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/page.h>
#include <mortise/services/clock.h>
#include <mortise/services/database.h>
#include <mortise/services/identity.h>

#include "upload.h"

namespace uploads {

/// The query of the list of files.
struct UploadQuery : mortise::PageQuery {
    bool shared = false;  // others' files that are shared with who asks
};
BOOST_DESCRIBE_STRUCT(UploadQuery, (mortise::PageQuery), (shared))

/// What the database knows of files, and who may do what with them. Whoever may not see a file is told it
/// does not exist.
class UploadTable {
public:
    UploadTable(mortise::Database& database, const mortise::Clock& clock, std::int64_t quota, int most_shares)
        : database_(database), clock_(clock), quota_(quota), most_shares_(most_shares) {}

    /// Throws Error (payload_too_large, named "quota_exceeded") when its owner has no room for it.
    void add(const StoredUpload& upload) const;
    /// False: there was none.
    bool remove(std::string_view id) const;

    Upload set_visibility(const mortise::Request& request, std::string_view visibility) const;
    void share(std::string_view id, std::string_view user_id, const mortise::User& asker) const;
    void unshare(std::string_view id, std::string_view user_id, const mortise::User& asker) const;

    /// As this asker may see it; null is nobody in particular. Throws Error(not_found).
    StoredUpload require_visible(std::string_view id, const mortise::User* asker) const;
    /// As somebody who may change it. Throws Error: not_found, forbidden.
    StoredUpload require_own(std::string_view id, const mortise::User& asker) const;
    std::optional<StoredUpload> find(std::string_view id) const;
    std::vector<StoredUpload> find_many(const std::vector<std::string>& ids) const;
    bool is_stored(std::string_view stored_as) const;
    Usage usage(std::string_view owner_id) const;
    /// Refuses before it comes what would be too much.
    void require_quota(std::string_view owner_id, std::int64_t more) const;
    Shares shares(std::string_view id) const;
    mortise::Page<Upload> by_cursor(std::string_view user_id, const UploadQuery& query) const;
    mortise::NumberedPage<Upload> by_number(std::string_view user_id, const UploadQuery& query) const;
    /// Some files of somebody's; empty when there are none left.
    std::vector<StoredUpload> some_of(std::string_view owner_id) const;
    /// Forgets what was shared with somebody.
    void forget_shares_with(std::string_view user_id) const;

private:
    mortise::Database& database_;
    const mortise::Clock& clock_;
    const std::int64_t quota_;
    const int most_shares_;
};

/// The strong ETag of what the table says of a file.
std::string etag_of(const Upload& upload);

}  // namespace uploads
