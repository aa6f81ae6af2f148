// SPDX-License-Identifier: Apache-2.0
// A request's body on its way into a described struct, and its query on the same way.
// links: mortise-sdk
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/error.h>
#include <mortise/field.h>
#include <mortise/shape.h>
#include <mortise/text.h>
#include <mortise/write_json.h>

namespace {

struct Item {
    std::string name;
    std::uint8_t count = 1;
};
BOOST_DESCRIBE_STRUCT(Item, (), (name, count))

struct Body {
    std::string title;
    std::optional<std::string> description;
    std::string priority = "medium";
    std::optional<mortise::Time> due_date;
    bool is_open = true;
    std::int64_t weight = 0;
    std::uint64_t size = 0;
    double share = 0.5;
    std::vector<Item> items;
    std::vector<std::string> tags;
    mortise::Field<std::string> note;
    mortise::Json extra;
};
BOOST_DESCRIBE_STRUCT(Body, (),
                      (title, description, priority, due_date, is_open, weight, size, share, items, tags,
                       note, extra))

mortise::Shape<Body> make_shape() {
    mortise::Shape<Body> shape;
    shape.at(&Body::title).length(1, 200);
    shape.at(&Body::priority).one_of({"low", "medium", "high"});
    shape.at(&Body::share).range(0, 1);
    shape.at(&Body::items).items(0, 10).optional();
    shape.at(&Body::tags).optional();
    shape.at(&Body::weight).optional();
    shape.at(&Body::size).optional();
    shape.at(&Body::extra).optional();
    return shape;
}

void check(const Body& body) {
    if (!mortise::is_utf8(body.title) || mortise::count_characters(body.title) > 200) std::abort();
    if (!(body.share >= 0 && body.share <= 1) || body.items.size() > 10) std::abort();
    // What goes out is JSON again, and the same once more.
    try {
        const std::string text = mortise::to_json_text(body);
        if (mortise::to_text(mortise::parse_json(text)) != text) std::abort();
    } catch (const mortise::Error&) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const mortise::Shape<Body> shape = make_shape();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        Body body;
        mortise::Faults faults;
        shape.read(mortise::parse_json(text), body, faults);
        if (faults.empty()) check(body);
    } catch (const mortise::Error& fault) {
        if (fault.code() != mortise::Code::malformed) std::abort();
    }
    Body query;
    mortise::Faults faults("query:");
    shape.read_query(mortise::parse_form(text), query, faults);
    if (faults.empty()) check(query);
    return 0;
}
