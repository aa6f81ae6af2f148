// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/export.h>
#include <mortise/response.h>
#include <mortise/time.h>

namespace mortise {

struct User;

/// A file somebody uploaded. Its bytes and its type never change; an id is never used again.
struct FileFacts {
    std::string id;
    std::string owner_id;
    std::string name;          ///< to be shown: no path, no control characters; never part of a path on disk
    std::string content_type;  ///< found in the bytes, not what the client claimed
    std::int64_t size = 0;     ///< bytes
    std::string sha256;        ///< of the bytes, in lower-case hex
    Time created_at{};
};

/// Files that people uploaded. The service `files`; plugins/uploads provides it.
///
/// A plugin that lets its users attach files keeps their ids, and decides by its own rules who may read them:
/// send() asks nobody. Every call may block on the database: worker threads only. Throws Error (unavailable)
/// when the database is away.
class MORTISE_API Files {
public:
    static constexpr std::string_view service = "files";

    virtual ~Files();
    /// In the order given; ids nobody has are left out.
    virtual std::vector<FileFacts> find_many(const std::vector<std::string>& ids) const = 0;
    /// Whether this user may read the file by themselves: as its owner, as somebody it was shared with, as an
    /// admin, or because it is public. False for a file that is not there; null is nobody in particular.
    virtual bool may_read(std::string_view id, const User* asker) const = 0;
    /// The bytes as an answer to GET, with the headers that keep a browser from running them; Range and
    /// conditions are answered by the server. Throws Error (not_found).
    virtual Response send(std::string_view id) const = 0;
};

}  // namespace mortise
