// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/base64.h>

using namespace mortise;

TEST_CASE("base64 is written and read as RFC 4648 shows it") {
    const std::pair<std::string_view, std::string_view> examples[] = {{"", ""},
                                                                      {"f", "Zg=="},
                                                                      {"fo", "Zm8="},
                                                                      {"foo", "Zm9v"},
                                                                      {"foob", "Zm9vYg=="},
                                                                      {"fooba", "Zm9vYmE="},
                                                                      {"foobar", "Zm9vYmFy"},
                                                                      {"\xFB\xEF\xFF", "++//"}};
    for (const auto& [bytes, text] : examples) {
        std::string written = "1";
        append_base64(written, bytes);
        CHECK(written == "1" + std::string(text));
        CHECK(base64_encode(bytes) == text);
        std::string got = "2";
        CHECK(read_base64(text, got));
        CHECK(got == "2" + std::string(bytes));
    }
}

TEST_CASE("base64 that is not strict is refused") {
    for (const std::string_view text : {"Z", "Zg", "Zg=", "Zm8", "Zh==", "Zm9=", "====", "=",
                                        "Z===", "Zg==Zg==", "Zm 9", "Zm9v\n", "-_8=", "Zm9\xC3", "Zm=v"}) {
        std::string out = "kept";
        CHECK_FALSE(read_base64(text, out));
        CHECK(out == "kept");
    }
}

TEST_CASE("base64url is strict: one text for one value") {
    for (const std::string& bytes : {std::string(), std::string("f"), std::string("fo"), std::string("foo"),
                                     std::string("\xFF\xFE\x00\x01", 4)}) {
        const std::string text = base64url_encode(bytes);
        CHECK(text.find_first_of("+/=") == std::string::npos);
        CHECK(base64url_decode(text) == bytes);
    }
    for (const std::string_view bad : {"A", "Zg==", "Zh", "Zm9=", "Z m8", "Zm9v+", "\xFF\xFF"})
        CHECK(!base64url_decode(bad));
}
