// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/export.h>
#include <mortise/json.h>
#include <mortise/shape.h>
#include <mortise/time.h>

namespace mortise {

/// What every list takes in its query; a list with filters derives its own struct from it.
struct PageQuery {
    int limit = 20;                     ///< 1 to 100
    std::optional<std::string> cursor;  ///< from the page before
    std::optional<int> page;            ///< 1 and up; not together with cursor
};
BOOST_DESCRIBE_STRUCT(PageQuery, (), (limit, cursor, page))

/// The limits of PageQuery, for the query shape of a list.
template <Described Query>
requires std::derived_from<Query, PageQuery> Shape<Query> page_shape() {
    Shape<Query> shape;
    shape.at(&Query::limit).range(1, 100).about("Items on a page.");
    shape.at(&Query::cursor).length(1, 1000).about("nextCursor of the page before.");
    shape.at(&Query::page)
        .range(1, 10'000)
        .about("The number of the page; only the first 10,000 items have one.");
    return shape;
}

/// Page numbers cost what they skip, so they reach this many items; cursors have no end.
inline constexpr std::int64_t most_numbered_items = 10'000;

/// How many items come before the page; 0 without a page number. Throws Error(unprocessable) beyond
/// most_numbered_items and for a page together with a cursor.
MORTISE_API std::int64_t items_before(const PageQuery& query);

/// For lists that go on by cursor alone: throws Error(unprocessable) for a page number.
MORTISE_API void refuse_page_number(const PageQuery& query);

/// An opaque cursor: the sort values of the last item of a page.
MORTISE_API std::string encode_cursor(const JsonArray& values);
/// The values of a cursor made for a list with this many sort values. Throws Error(unprocessable),
/// pointing at query:cursor, for any other text.
MORTISE_API JsonArray decode_cursor(std::string_view cursor, std::size_t values);
/// What decode_cursor() throws: for values that are none of this list's.
[[noreturn]] MORTISE_API void refuse_cursor();

/// Where a list goes on that is sorted by a time and, among equals, by an id.
struct MORTISE_API TimeMark {
    Time time{};
    std::string id;

    /// In a cursor; without one where the list begins: Time::max() where the latest comes first. Throws as
    /// decode_cursor() does.
    static TimeMark in(std::optional<std::string_view> cursor, Time begin);
    /// For make_page().
    JsonArray values() const;
};

/// A page of a list by cursor, as it goes out.
template <class Item>
struct Page {
    std::vector<Item> data;
    std::optional<std::string> next_cursor;
    bool has_more = false;
    BOOST_DESCRIBE_CLASS(Page, (), (data, next_cursor, has_more), (), ())
};

/// Makes a page of up to `limit` items from rows asked with LIMIT limit + 1. `values_of` gives the sort
/// values of an item.
template <class Item, class ValuesOf>
Page<Item> make_page(std::vector<Item> rows, int limit, ValuesOf values_of) {
    Page<Item> page;
    page.has_more = rows.size() > static_cast<std::size_t>(limit);
    if (page.has_more) {
        rows.resize(static_cast<std::size_t>(limit));
        page.next_cursor = encode_cursor(values_of(rows.back()));
    }
    page.data = std::move(rows);
    return page;
}

struct PageNumbers {
    int page = 1;
    int limit = 20;
    std::int64_t total = 0;
    std::int64_t total_pages = 0;
    bool has_more = false;
};
BOOST_DESCRIBE_STRUCT(PageNumbers, (), (page, limit, total, total_pages, has_more))

MORTISE_API PageNumbers number_page(const PageQuery& query, std::int64_t total);

/// A page of a list by number, as it goes out.
template <class Item>
struct NumberedPage {
    std::vector<Item> data;
    PageNumbers pagination;
    BOOST_DESCRIBE_CLASS(NumberedPage, (), (data, pagination), (), ())
};

}  // namespace mortise
