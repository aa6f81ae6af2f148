// SPDX-License-Identifier: Apache-2.0
#include "http/head_scanner.h"

#include <charconv>
#include <cstring>

#include <mortise/text.h>

#include "http/characters.h"

namespace mortise::http {

namespace {

constexpr std::size_t max_method_bytes = 32;
constexpr std::size_t max_leading_blank_bytes = 8;  // four empty lines; one is what RFC 9112 asks us to bear

bool has_list_item(std::string_view list, std::string_view item) noexcept {
    while (!list.empty()) {
        if (equals_ignoring_case(trim(take_until(list, ',')), item)) return true;
    }
    return false;
}

bool is_digit(char character) noexcept {
    return character >= '0' && character <= '9';
}

}  // namespace

bool is_authority(std::string_view text) noexcept {
    std::string_view port;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos || end == 1) return false;
        for (const char character : text.substr(1, end - 1)) {
            if (character != ':' && character != '.' && !is_digit(character) &&
                !((character | 0x20) >= 'a' && (character | 0x20) <= 'f')) {
                return false;
            }
        }
        port = text.substr(end + 1);
    } else {
        const auto colon = text.find(':');
        if (!detail::all_of_class(text.substr(0, colon), detail::host)) return false;
        if (colon != std::string_view::npos) port = text.substr(colon);
    }
    if (port.empty()) return true;
    if (!port.starts_with(':') || port.size() > 6) return false;
    for (const char character : port.substr(1)) {
        if (!is_digit(character)) return false;
    }
    return true;
}

HeadScanner::Verdict HeadScanner::scan(std::string_view bytes) {
    if (begins_wrongly(bytes)) return Verdict::refused;
    while (const void* found = std::memchr(bytes.data() + searched_, '\n', bytes.size() - searched_)) {
        const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
        if (at == line_ || bytes[at - 1] != '\r') {
            refuse(400, "a line does not end in CR LF");
            return Verdict::refused;
        }
        const auto line = bytes.substr(line_, at - 1 - line_);
        line_ = searched_ = at + 1;
        if (line_ - start_ > settings_->max_head_bytes && has_request_line_) {
            refuse(431, "the header section is too large");
            return Verdict::refused;
        }
        if (line.empty()) {
            if (has_request_line_) return finish();
            start_ = line_;
            if (start_ <= max_leading_blank_bytes) continue;
            refuse(400, "there is no request");
            return Verdict::refused;
        }
        if (!(has_request_line_ ? field(line) : request_line(line))) return Verdict::refused;
    }
    searched_ = bytes.size();
    if (begins_wrongly(bytes)) return Verdict::refused;  // behind empty lines
    if (!has_request_line_ && searched_ - start_ > settings_->max_target_bytes + max_method_bytes) {
        refuse(414, "the request target is too long");
        return Verdict::refused;
    }
    if (searched_ - start_ > settings_->max_head_bytes) {
        refuse(431, "the header section is too large");
        return Verdict::refused;
    }
    return Verdict::more;
}

// A TLS hello, say, which has no line to wait for.
bool HeadScanner::begins_wrongly(std::string_view bytes) {
    if (has_request_line_ || line_ >= bytes.size() || bytes[line_] == '\r') return false;
    return !is_token(bytes.substr(line_, 1)) && !refuse(400, "what was sent is not HTTP");
}

bool HeadScanner::request_line(std::string_view line) {
    const auto method_end = line.find(' ');
    const auto version_start = line.rfind(' ');
    if (method_end == std::string_view::npos || method_end == version_start) {
        return refuse(400, "the request line is not a method, a target and a version");
    }
    const auto method = line.substr(0, method_end);
    const auto target = line.substr(method_end + 1, version_start - method_end - 1);
    const auto version = line.substr(version_start + 1);
    if (!is_token(method) || method.size() > max_method_bytes)
        return refuse(400, "the method is not a token");
    if (target.size() > settings_->max_target_bytes) return refuse(414, "the request target is too long");
    if (!is_target(target))
        return refuse(400, "the request target holds a character that must be percent-encoded");
    if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) || version[6] != '.' ||
        !is_digit(version[7])) {
        return refuse(400, "the request line does not end in an HTTP version");
    }
    if (version[5] != '1' || version[7] > '1') return refuse(505, "this server speaks HTTP/1.1 and HTTP/1.0");
    framing_.minor_version = version[7] - '0';
    return has_request_line_ = true;
}

bool HeadScanner::field(std::string_view line) {
    if (line.front() == ' ' || line.front() == '\t')
        return refuse(400, "a header is folded over several lines");
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return refuse(400, "a header has no colon");
    const auto name = line.substr(0, colon);
    if (!is_token(name)) return refuse(400, "a header's name is not a token");
    if (++fields_ > settings_->max_headers) return refuse(431, "there are too many headers");
    const auto value = trim(line.substr(colon + 1));
    if (has_control(value)) return refuse(400, "a header's value holds a control character");
    return framing_field(name, value);
}

bool HeadScanner::framing_field(std::string_view name, std::string_view value) {
    switch (name.size()) {
        case 4:
            if (!equals_ignoring_case(name, "host")) return true;
            if (++hosts_ > 1) return refuse(400, "there is more than one Host");
            return is_authority(value) || refuse(400, "Host is not a host");
        case 6:
            if (!equals_ignoring_case(name, "expect")) return true;
            if (equals_ignoring_case(value, "100-continue")) {
                framing_.expects_continue = true;
            } else {
                framing_.unknown_expectation = true;
            }
            return true;
        case 10:
            if (!equals_ignoring_case(name, "connection")) return true;
            framing_.asks_close = framing_.asks_close || has_list_item(value, "close");
            framing_.asks_keep_alive = framing_.asks_keep_alive || has_list_item(value, "keep-alive");
            return true;
        case 14:
            return !equals_ignoring_case(name, "content-length") || content_length(value);
        case 17:
            if (!equals_ignoring_case(name, "transfer-encoding")) return true;
            // Any other coding, or a list, is where two parsers may disagree about the end of the body.
            if (has_transfer_encoding_ || !equals_ignoring_case(value, "chunked")) {
                return refuse(400, "the only Transfer-Encoding taken here is chunked, once");
            }
            has_transfer_encoding_ = true;
            return true;
        default:
            return true;
    }
}

bool HeadScanner::content_length(std::string_view value) {
    if (framing_.content_length) return refuse(400, "there is more than one Content-Length");
    std::uint64_t length = 0;
    const auto* end = value.data() + value.size();
    const auto [stop, fault] = std::from_chars(value.data(), end, length);
    if (value.empty() || fault != std::errc{} || stop != end)
        return refuse(400, "Content-Length is not a number");
    framing_.content_length = length;
    return true;
}

HeadScanner::Verdict HeadScanner::finish() {
    framing_.chunked = has_transfer_encoding_;
    bool fine = true;
    if (framing_.chunked && framing_.content_length) {
        fine = refuse(400, "there are both Content-Length and Transfer-Encoding");
    } else if (framing_.chunked && framing_.minor_version == 0) {
        fine = refuse(400, "HTTP/1.0 has no Transfer-Encoding");
    } else if (hosts_ == 0 && framing_.minor_version == 1) {
        fine = refuse(400, "there is no Host");
    }
    return fine ? Verdict::complete : Verdict::refused;
}

bool HeadScanner::refuse(int status, std::string_view reason) noexcept {
    status_ = status;
    reason_ = reason;
    return false;
}

}  // namespace mortise::http
