// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mortise/response.h>

namespace mortise::http {

/// The name of a status as RFC 9110 writes it; "Status" for one it does not know.
std::string_view reason_of(int status) noexcept;
/// 1xx, 204 and 304 have no body and no length.
constexpr bool may_have_body(int status) noexcept {
    return status >= 200 && status != 204 && status != 304;
}

/// How an answer's end is told.
struct AnswerFraming {
    int minor_version = 1;
    bool keep_alive = true;
    bool chunked = false;
    std::optional<std::uint64_t> length;  ///< none: chunked, no body, or until the connection closes
};

/// Appends a response's head: its own headers, `more_lines` and `date_line` as they are, and what tells its
/// end. What the server alone may say (Date, Content-Length, Connection, Transfer-Encoding, Keep-Alive) is
/// left out of its own headers.
void write_head(std::string& out, const Response& response, const AnswerFraming& framing,
                std::string_view more_lines, std::string_view date_line);
/// Whether its headers have "Connection: close".
bool asks_to_close(const Response& response) noexcept;

/// Appends one chunk of a chunked body. Empty bytes write nothing: an empty chunk would end the body.
void write_chunk(std::string& out, std::string_view bytes);
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace mortise::http
