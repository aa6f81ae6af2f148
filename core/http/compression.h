// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <mortise/response.h>
#include <mortise/server/request_parts.h>

#include "http/wire_settings.h"

namespace mortise::http {

/// Whether an Accept-Encoding allows gzip (q-values, '*', the old name x-gzip).
bool accepts_gzip(std::string_view accept_encoding) noexcept;
/// Whether a media type, with or without parameters, is text that shrinks.
bool is_compressible(std::string_view content_type) noexcept;
/// gzip (RFC 1952); nothing when it would not become smaller. Any thread.
std::optional<std::string> gzip(std::string_view bytes);

/// Whether this answer to this request should go through compress().
bool wants_compression(const Response& response, const RequestParts& request, const WireSettings& settings);
/// Marks an answer that may come compressed or not as varying by Accept-Encoding, and compresses it if `now`.
/// A strong ETag gets the suffix -gzip, for the bytes are others.
void compress(Response& response, bool now);
/// True when wants_compression() would say yes to a client that accepts gzip.
bool may_be_compressed(const Response& response, const WireSettings& settings);

}  // namespace mortise::http
