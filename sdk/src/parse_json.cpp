// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cmath>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/value_stack.hpp>

#include <mortise/error.h>
#include <mortise/json.h>

namespace mortise {

namespace {

using boost::json::error_code;
using Text = boost::json::string_view;

// Builds the tree as Boost.JSON's own parser does, but for numbers with a fraction or an exponent: 1.81
// reads some of them one bit off (0.12345678901234567), and a value must go out as it came in. A
// number too large for a double is refused where Boost makes infinity of it.
class TreeBuilder {
public:
    static constexpr std::size_t max_object_size = JsonObject::max_size();
    static constexpr std::size_t max_array_size = JsonArray::max_size();
    static constexpr std::size_t max_key_size = boost::json::string::max_size();
    static constexpr std::size_t max_string_size = boost::json::string::max_size();

    Json release() { return stack_.release(); }

    bool on_document_begin(error_code&) {
        stack_.reset();
        return true;
    }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return true; }
    bool on_object_end(std::size_t members, error_code&) {
        stack_.push_object(members);
        return true;
    }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t items, error_code&) {
        stack_.push_array(items);
        return true;
    }
    bool on_key_part(Text part, std::size_t, error_code&) { return add_part(part); }
    bool on_key(Text rest, std::size_t, error_code&) {
        stack_.push_key(rest);
        return true;
    }
    bool on_string_part(Text part, std::size_t, error_code&) { return add_part(part); }
    bool on_string(Text rest, std::size_t, error_code&) {
        stack_.push_string(rest);
        return true;
    }
    bool on_number_part(Text, error_code&) { return true; }
    bool on_int64(std::int64_t number, Text, error_code&) {
        stack_.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, Text, error_code&) {
        stack_.push_uint64(number);
        return true;
    }
    bool on_double(double roughly, Text text, error_code& fault) {
        double number = roughly;
        if (std::from_chars(text.data(), text.data() + text.size(), number).ec ==
            std::errc::result_out_of_range)
            number = roughly;  // zero or infinity
        if (!std::isfinite(number)) {
            fault = boost::json::error::exponent_overflow;
            return false;
        }
        stack_.push_double(number);
        return true;
    }
    bool on_bool(bool truth, error_code&) {
        stack_.push_bool(truth);
        return true;
    }
    bool on_null(error_code&) {
        stack_.push_null();
        return true;
    }
    bool on_comment_part(Text, error_code&) { return true; }
    bool on_comment(Text, error_code&) { return true; }

private:
    bool add_part(Text part) {
        stack_.push_chars(part);
        return true;
    }

    boost::json::value_stack stack_;
};

[[noreturn]] void refuse(std::size_t offset, const std::string& why) {
    throw Error(Code::malformed, "Not valid JSON at byte " + std::to_string(offset) + ".", why)
        .named("malformed_json");
}

}  // namespace

Json parse_json(std::string_view text, std::size_t max_depth) {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    boost::json::basic_parser<TreeBuilder> parser(options);
    error_code fault;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), fault);
    if (fault) refuse(used, fault.message());
    if (used < text.size()) refuse(used, "something follows the value");
    return parser.handler().release();
}

}  // namespace mortise
