// SPDX-License-Identifier: Apache-2.0
#include "http/file_body.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <charconv>
#include <string>

#include <mortise/error.h>
#include <mortise/etag.h>

#include "http/http_date.h"

namespace mortise::http {

namespace {

std::string etag_of(const struct stat& facts) {
    std::array<char, 64> text{};
    const int length = std::snprintf(text.data(), text.size(), "%llx.%lx-%llx",
                                     static_cast<unsigned long long>(facts.st_mtim.tv_sec),
                                     facts.st_mtim.tv_nsec, static_cast<unsigned long long>(facts.st_size));
    return quote_etag({text.data(), static_cast<std::size_t>(length)});
}

/// 200, 304 or 412 (RFC 9110 section 13.2.2).
int judge_conditions(const Request& request, std::string_view etag, std::chrono::sys_seconds modified) {
    try {
        require_match(request, etag);
    } catch (const Error&) {
        return 412;
    }
    if (!request.has_header("if-match")) {
        const auto since = parse_http_date(request.header("if-unmodified-since"));
        if (since && modified > *since) return 412;
    }
    if (request.has_header("if-none-match")) return is_unchanged(request, etag) ? 304 : 200;
    const auto since = parse_http_date(request.header("if-modified-since"));
    return since && modified <= *since ? 304 : 200;
}

bool range_still_holds(const Request& request, std::string_view etag, std::string_view modified) {
    const auto condition = request.header("if-range");
    return condition.empty() || condition == etag || condition == modified;
}

}  // namespace

std::optional<FileBody> open_file_body(Response& response, const Request& request) {
    const auto& path = std::get<Response::File>(response.body()).path;
    // O_NONBLOCK: a pipe in a file's place must not hold the loop.
    FileBody body{net::Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY))};
    struct stat facts {};
    if (!body.file || ::fstat(body.file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    body.length = size;
    if (response.status() != 0 && response.status() != 200) return body;

    const std::chrono::sys_seconds modified{std::chrono::seconds(facts.st_mtim.tv_sec)};
    const auto etag = etag_of(facts);
    const auto modified_text = to_http_date(modified);
    response.set_header("ETag", etag);
    response.set_header("Last-Modified", modified_text);
    response.set_header("Accept-Ranges", "bytes");
    response.set_status(judge_conditions(request, etag, modified));
    const auto asked = request.header("range");
    if (response.status() == 200 && !asked.empty() && request.method() == Method::get &&
        range_still_holds(request, etag, modified_text)) {
        ByteRange range;
        const auto answer = read_range(asked, size, range);
        if (answer == RangeAnswer::part) {
            body.offset = static_cast<off_t>(range.first);
            body.length = range.length;
            response.set_status(206);
            response.set_header("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                     std::to_string(range.first + range.length - 1) + "/" +
                                                     std::to_string(size));
        } else if (answer == RangeAnswer::unsatisfiable) {
            response.set_status(416);
            response.set_header("Content-Range", "bytes */" + std::to_string(size));
        }
    }
    if (response.status() >= 300) body.length = 0;
    return body;
}

RangeAnswer read_range(std::string_view header, std::uint64_t size, ByteRange& range) noexcept {
    if (!header.starts_with("bytes=")) return RangeAnswer::whole;
    header.remove_prefix(6);
    const auto dash = header.find('-');
    if (dash == std::string_view::npos || header.find(',') != std::string_view::npos)
        return RangeAnswer::whole;
    const auto number = [](std::string_view digits, std::uint64_t& value) {
        const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return fault == std::errc{} && end == digits.data() + digits.size();
    };
    const auto from = header.substr(0, dash);
    const auto to = header.substr(dash + 1);
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    if (from.empty()) {
        std::uint64_t tail = 0;
        if (!number(to, tail)) return RangeAnswer::whole;
        if (tail == 0 || size == 0) return RangeAnswer::unsatisfiable;
        range.length = std::min(tail, size);
        range.first = size - range.length;
        return RangeAnswer::part;
    }
    if (!number(from, first) || (!to.empty() && (!number(to, last) || last < first)))
        return RangeAnswer::whole;
    if (first >= size) return RangeAnswer::unsatisfiable;
    last = to.empty() ? size - 1 : std::min(last, size - 1);
    range = {first, last - first + 1};
    return RangeAnswer::part;
}

}  // namespace mortise::http
