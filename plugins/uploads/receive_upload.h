// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <mortise/request.h>
#include <mortise/services/clock.h>

#include "content_type.h"
#include "file_shelf.h"
#include "upload.h"
#include "upload_slots.h"
#include "upload_table.h"

namespace uploads {

/// A form beside its file: heads, boundaries, small fields.
inline constexpr std::uint64_t form_allowance = 64 * 1024;

/// Takes a form with one file from the network to the disk, in constant memory. Whatever goes wrong on the
/// way, nothing of it stays.
class Receiver {
public:
    Receiver(const FileShelf& shelf, const ContentTypes& types, const UploadTable& table, UploadSlots& slots,
             const mortise::Clock& clock, std::uint64_t max_size)
        : shelf_(shelf), types_(types), table_(table), slots_(slots), clock_(clock), max_size_(max_size) {}

    /// The file as it is stored. Reads the request's body.
    Upload receive(const mortise::Request& request) const;

private:
    const FileShelf& shelf_;
    const ContentTypes& types_;
    const UploadTable& table_;
    UploadSlots& slots_;
    const mortise::Clock& clock_;
    const std::uint64_t max_size_;
};

}  // namespace uploads
