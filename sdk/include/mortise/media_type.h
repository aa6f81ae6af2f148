// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <mortise/export.h>

namespace mortise {

/// The media type that a file's name suggests by its extension, whatever its case, with the charset where
/// it is text: "text/html; charset=utf-8" for "index.html". "application/octet-stream" for what is not known.
MORTISE_API std::string_view media_type_of(std::string_view file_name) noexcept;

}  // namespace mortise
