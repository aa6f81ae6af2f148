// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include <mortise/request.h>
#include <mortise/response.h>

#include "net/descriptor.h"

namespace mortise::http {

/// A file as the body of one answer: from where, and how much of it.
struct FileBody {
    net::Descriptor file;
    off_t offset = 0;
    std::uint64_t length = 0;
};

/// Opens the file of `response` and answers what the request says about it: If-None-Match and
/// If-Modified-Since (304), If-Match and If-Unmodified-Since (412), Range with If-Range (206, 416; of several
/// ranges none). Sets the status and the headers ETag, Last-Modified, Accept-Ranges and Content-Range of
/// `response`. Nothing when there is no regular file to be read. A status the handler chose itself other than
/// 200 is left alone, and so are conditions and ranges then.
std::optional<FileBody> open_file_body(Response& response, const Request& request);

/// A byte range of RFC 9110 over a body of `size` bytes.
struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t length = 0;
};
enum class RangeAnswer { whole, part, unsatisfiable };
/// Reads "bytes=0-99", "bytes=100-", "bytes=-20". Several ranges, other units and nonsense mean the whole.
RangeAnswer read_range(std::string_view header, std::uint64_t size, ByteRange& range) noexcept;

}  // namespace mortise::http
