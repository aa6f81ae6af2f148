// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <mortise/log.h>
#include <mortise/time.h>

namespace mortise::observe {

/// One answered request, for the access log. Views that live as long as the call.
struct AccessRecord {
    std::string_view method;
    std::string_view route;  ///< the template, "/tasks/{id}"; empty when none matched
    std::string_view path;   ///< as sent, without the query: a query may carry a token
    int status = 0;
    std::uint64_t bytes = 0;  ///< of the answer, headers included
    std::uint64_t microseconds = 0;
    std::string_view request_id;
    std::string_view user_id;  ///< empty: nobody signed in
    std::string_view client;   ///< address, after trusted proxies
};

enum class LineStyle { json, text, coloured_text };

/// Appends one whole line, its '\n' included. Whatever is in the record, the line is valid UTF-8, has no
/// control character but that last one, and is one JSON object in the JSON style. Texts longer than 8 KiB
/// are cut. Two fields of one name are the author's business, but a field never replaces time, level, part
/// or message: it gets a trailing '_'.
void append_line(std::string& out, LineStyle style, Time time, const LogRecord& record);
void append_line(std::string& out, LineStyle style, Time time, const AccessRecord& record);

/// "info"; for lines and for the configuration.
std::string_view name_of(LogLevel level) noexcept;

}  // namespace mortise::observe
