// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include <mortise/request.h>

namespace web {

/// Whether an Accept names HTML, as browsers do where somebody navigates. "*/*" is what programs send.
bool accepts_html(std::string_view accept) noexcept;
/// Whether the client takes gzip and has not opted out of it.
bool wants_gzip(const mortise::Request& request);
/// `file`.gz when it is there and no older than the file.
std::optional<std::filesystem::path> compressed_beside(const std::filesystem::path& file);

}  // namespace web
