// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/shape.h>
#include <mortise/time.h>

namespace uploads {

/// An uploaded file on the wire.
struct Upload {
    std::string id;
    std::string owner_id;
    std::string name;
    std::string content_type;
    std::int64_t size = 0;
    std::string sha256;
    std::string visibility;  // private, public
    mortise::Time created_at{};
    std::int64_t version = 0;
    std::string url;  // of its bytes
};
BOOST_DESCRIBE_STRUCT(Upload, (),
                      (id, owner_id, name, content_type, size, sha256, visibility, created_at, version, url))

/// Where its bytes are.
inline std::string url_of(std::string_view id) {
    return "/api/v1/uploads/" + std::string(id) + "/content";
}

/// The same in the table.
struct StoredUpload : Upload {
    std::string stored_as;  // its name on disk; nobody's business
};
BOOST_DESCRIBE_STRUCT(StoredUpload, (Upload), (stored_as))

/// The body of PATCH.
struct UploadChanges {
    std::string visibility;
};
BOOST_DESCRIBE_STRUCT(UploadChanges, (), (visibility))

/// Somebody a file is shared with.
struct Share {
    std::string user_id;
    mortise::Time shared_at{};
};
BOOST_DESCRIBE_STRUCT(Share, (), (user_id, shared_at))

struct Shares {
    std::vector<Share> data;
};
BOOST_DESCRIBE_STRUCT(Shares, (), (data))

/// How much somebody keeps here, in bytes.
struct Usage {
    std::int64_t files = 0;
    std::int64_t used = 0;
    std::int64_t quota = 0;
};
BOOST_DESCRIBE_STRUCT(Usage, (), (files, used, quota))

}  // namespace uploads
