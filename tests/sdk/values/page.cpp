// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/base64.h>
#include <mortise/error.h>
#include <mortise/etag.h>
#include <mortise/page.h>
#include <mortise/server/request_parts.h>
#include <mortise/text.h>
#include <mortise/write_json.h>

using namespace mortise;

namespace {

struct Item {
    int id;
};
BOOST_DESCRIBE_STRUCT(Item, (), (id))

// "pointer code" of the fault a call is refused with; empty when it is not.
template <class Call>
std::string fault_of(Call call) {
    try {
        call();
        return {};
    } catch (const Error& error) {
        CHECK(error.code() == Code::unprocessable);
        REQUIRE(error.faults().size() == 1);
        return error.faults()[0].pointer + " " + error.faults()[0].code;
    }
}

std::string faults_of_query(std::string_view text) {
    PageQuery query;
    Faults faults("query:");
    page_shape<PageQuery>().read_query(parse_form(text), query, faults);
    std::string found;
    for (const FieldFault& fault : faults.found()) found += fault.pointer + " " + fault.code;
    return found;
}

}  // namespace

TEST_CASE("a cursor carries its values there and back, and nothing else is one") {
    const JsonArray values{1'793'000'000'000, "0193-abc", 1.5, nullptr, true};
    CHECK(decode_cursor(encode_cursor(values), 5) == values);
    CHECK(encode_cursor(values).find_first_of("+/=&%") == std::string::npos);
    const std::string whole = encode_cursor({1, "a"});
    const auto decode = [](const std::string& cursor, std::size_t count) {
        return fault_of([&] { decode_cursor(cursor, count); });
    };
    CHECK(decode(whole, 2).empty());
    CHECK(decode(whole, 3) == "query:cursor bad_cursor");
    for (const std::string& bad :
         {std::string(), std::string("1"), std::string("2") + whole.substr(1), whole + "=", whole + "A",
          whole.substr(0, 3), "1" + base64url_encode("{}"), "1" + base64url_encode("[[1],2]"),
          "1" + base64url_encode("[1,2"), "1" + base64url_encode("[1,\"\xFF\"]"),
          "1" + base64url_encode(std::string(1000, '['))})
        CHECK(decode(bad, 2) == "query:cursor bad_cursor");
}

TEST_CASE("a list by time goes on where its mark stands, and begins where it says") {
    const TimeMark mark{Time(std::chrono::milliseconds(1'793'000'000'000)), "0193-abc"};
    const std::string cursor = encode_cursor(mark.values());
    const TimeMark again = TimeMark::in(cursor, Time::max());
    CHECK(again.time == mark.time);
    CHECK(again.id == mark.id);
    CHECK(TimeMark::in(std::nullopt, Time::max()).time == Time::max());
    CHECK(TimeMark::in(std::nullopt, Time::max()).id.empty());
    for (const JsonArray& other : {JsonArray{"1", "a"}, JsonArray{1, 2}, JsonArray{1}, JsonArray{1.5, "a"}})
        CHECK(fault_of([&] { TimeMark::in(encode_cursor(other), {}); }) == "query:cursor bad_cursor");
}

TEST_CASE("bad page values are refused, never clamped") {
    CHECK(faults_of_query("").empty());
    CHECK(faults_of_query("limit=100&cursor=1abc").empty());
    CHECK(faults_of_query("limit=0") == "query:limit too_small");
    CHECK(faults_of_query("limit=101") == "query:limit too_large");
    CHECK(faults_of_query("limit=ten") == "query:limit wrong_type");
    CHECK(faults_of_query("page=0") == "query:page too_small");
    CHECK(faults_of_query("cursor=") == "query:cursor too_short");
}

TEST_CASE("page numbers reach ten thousand rows") {
    const auto before = [](int page, int limit) { return items_before({limit, std::nullopt, page}); };
    CHECK(before(1, 20) == 0);
    CHECK(before(500, 20) == 9'980);
    CHECK(fault_of([&] { before(501, 20); }) == "query:page too_large");
    CHECK(fault_of([&] { before(101, 100); }) == "query:page too_large");
    CHECK(fault_of([] { items_before({20, "1abc", 2}); }) == "query:page not_allowed");
    CHECK(fault_of([] { refuse_page_number({20, std::nullopt, 1}); }) == "query:page not_allowed");
    CHECK(fault_of([] { refuse_page_number({20, "1abc", std::nullopt}); }).empty());
}

TEST_CASE("pages look the way clients expect") {
    const auto values = [](const Item& item) { return JsonArray{item.id}; };
    const auto more = make_page<Item>({{1}, {2}, {3}}, 2, values);
    CHECK(to_json_text(more) ==
          R"({"data":[{"id":1},{"id":2}],"nextCursor":")" + encode_cursor({2}) + R"(","hasMore":true})");
    CHECK(to_json_text(make_page<Item>({{1}}, 2, values)) ==
          R"({"data":[{"id":1}],"nextCursor":null,"hasMore":false})");
    CHECK(to_json_text(number_page({20, std::nullopt, 2}, 41)) ==
          R"({"page":2,"limit":20,"total":41,"totalPages":3,"hasMore":true})");
    CHECK(!number_page({20, std::nullopt, 3}, 41).has_more);
    CHECK(number_page({}, 0).total_pages == 0);
}

TEST_CASE("If-Match takes strong tags only, whatever their encoding") {
    const auto is_refused = [](std::string_view sent) {
        RequestParts parts;
        if (!sent.empty()) parts.headers = {{"If-Match", sent}};
        const Request request(parts);
        try {
            require_match(request, quote_etag("v7"));
            return false;
        } catch (const Error& error) {
            CHECK(status_of(error.code()) == 412);
            return true;
        }
    };
    for (const std::string_view good : {"", "*", "\"v7\"", "\"v6\", \"v7\"", "\"v7-gzip\""})
        CHECK(!is_refused(good));
    for (const std::string_view bad : {"\"v6\"", "W/\"v7\"", "v7", "\"v6\", W/\"v7\"", "\"V7\"", "\"v7"})
        CHECK(is_refused(bad));
}
