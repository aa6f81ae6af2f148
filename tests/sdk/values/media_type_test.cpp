// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/media_type.h>
#include <mortise/response.h>

using mortise::media_type_of;

TEST_CASE("a file's media type is told by its extension") {
    CHECK(media_type_of("index.html") == "text/html; charset=utf-8");
    CHECK(media_type_of("/srv/a.b/logo.SVG") == "image/svg+xml");
    CHECK(media_type_of("app.8f3a9c1b.mjs") == "text/javascript; charset=utf-8");
    CHECK(media_type_of("app.webmanifest") == "application/manifest+json");
    for (const char* unknown :
         {"", "html", ".html", "a.", "a.htmlx", "a.b/html", "a.webmanifests", "a.tar.xz"})
        CHECK(media_type_of(unknown) == "application/octet-stream");
}

TEST_CASE("a file is answered with the type of its name unless it is given another") {
    CHECK(*mortise::Response::file("/x/style.css").header("content-type") == "text/css; charset=utf-8");
    CHECK(*mortise::Response::file("/x/style.css", "text/plain").header("content-type") == "text/plain");
}
