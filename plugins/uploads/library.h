// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/response.h>
#include <mortise/services/files.h>

#include "file_shelf.h"
#include "upload_table.h"

namespace uploads {

/// The stored files for whoever asks: the routes here, and other plugins through the service `files`.
class Library final : public mortise::Files {
public:
    Library(const FileShelf& shelf, const UploadTable& table) : shelf_(shelf), table_(table) {}

    std::vector<mortise::FileFacts> find_many(const std::vector<std::string>& ids) const override;
    bool may_read(std::string_view id, const mortise::User* asker) const override;
    mortise::Response send(std::string_view id) const override;

    mortise::Response send(const StoredUpload& upload) const;
    /// From the disk and the table.
    void remove(const StoredUpload& upload) const;

private:
    const FileShelf& shelf_;
    const UploadTable& table_;
};

}  // namespace uploads
