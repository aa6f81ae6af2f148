// SPDX-License-Identifier: Apache-2.0
#include <mortise/page.h>

#include <mortise/base64.h>
#include <mortise/error.h>

namespace mortise {

namespace {

// In front of every cursor, so that a later format can tell old ones.
constexpr char cursor_format = '1';

[[noreturn]] void refuse(std::string member, std::string code, std::string detail) {
    throw Error(Code::unprocessable, "The query has values that are not allowed.")
        .with_fault({"query:" + std::move(member), std::move(code), std::move(detail)});
}

}  // namespace

std::int64_t items_before(const PageQuery& query) {
    if (!query.page) return 0;
    if (query.cursor) refuse("page", "not_allowed", "Use either page or cursor.");
    const std::int64_t last = std::int64_t{*query.page} * query.limit;
    if (last > most_numbered_items)
        refuse("page", "too_large", "Page numbers reach the first 10,000 items; go on with a cursor.");
    return last - query.limit;
}

void refuse_page_number(const PageQuery& query) {
    if (query.page) refuse("page", "not_allowed", "This list goes on by cursor.");
}

std::string encode_cursor(const JsonArray& values) {
    return cursor_format + base64url_encode(to_text(values));
}

void refuse_cursor() {
    refuse("cursor", "bad_cursor", "Must be the nextCursor of a page of this list.");
}

JsonArray decode_cursor(std::string_view cursor, std::size_t values) {
    if (cursor.empty() || cursor.front() != cursor_format) refuse_cursor();
    const auto text = base64url_decode(cursor.substr(1));
    if (!text) refuse_cursor();
    try {
        Json decoded = parse_json(*text, 2);
        if (!decoded.is_array() || decoded.get_array().size() != values) refuse_cursor();
        for (const Json& value : decoded.get_array())
            if (value.is_structured()) refuse_cursor();
        return std::move(decoded.get_array());
    } catch (const Error& fault) {
        if (fault.code() == Code::unprocessable) throw;
        refuse_cursor();
    }
}

TimeMark TimeMark::in(std::optional<std::string_view> cursor, Time begin) {
    if (!cursor) return {begin, {}};
    const JsonArray values = decode_cursor(*cursor, 2);
    if (!values[0].is_int64() || !values[1].is_string()) refuse_cursor();
    return {Time(std::chrono::milliseconds(values[0].get_int64())), std::string(values[1].get_string())};
}

JsonArray TimeMark::values() const {
    return {time.time_since_epoch().count(), Json(boost::json::string(id))};
}

PageNumbers number_page(const PageQuery& query, std::int64_t total) {
    const int page = query.page.value_or(1);
    return {page, query.limit, total, (total + query.limit - 1) / query.limit,
            std::int64_t{page} * query.limit < total};
}

}  // namespace mortise
