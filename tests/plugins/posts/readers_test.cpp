// SPDX-License-Identifier: Apache-2.0
// What readers add to a post, and the files they read with it.
#include <catch2/catch.hpp>

#include "site.h"

using namespace posts::test;

TEST_CASE("comments are read by everybody, changed by their author, deleted by more") {
    Site site(EACH_BACKEND);
    const std::string id = site.post("ann", "A");
    const std::string below = "/api/v1/posts/" + id + "/comments";
    for (const char* text : {"one", "two", "three"}) {
        const auto added = site.comment("ben", id, text);
        REQUIRE(added.status == 201);
        CHECK(added.header("location") == below + "/" + std::string(added.json().at("id").as_string()));
        if (*text == 'o') site.host.clock().advance(std::chrono::seconds(1));
    }
    CHECK(site.show(id).at("commentCount") == 3);
    const Json page = site.get("/" + id + "/comments?limit=2").json();
    CHECK(Site::each(page.at("data"), "body") == "one two");
    const std::string cursor(page.at("nextCursor").as_string());
    CHECK(Site::each(site.get("/" + id + "/comments?cursor=" + cursor).json().at("data"), "body") == "three");

    const std::string first = below + "/" + std::string(page.at("data").at(0).at("id").as_string());
    CHECK(site.host.patch(first).as("ann").json({{"body", "x"}}).send().status == 403);
    CHECK(site.host.patch(first).as("root", "admin").json({{"body", "x"}}).send().status == 403);
    CHECK(site.host.patch(first)
              .as("ben")
              .header("If-Match", "\"v1\"")
              .json({{"body", "uno"}})
              .send()
              .json()
              .at("body") == "uno");
    CHECK(site.host.patch(first).as("ben").header("If-Match", "\"v1\"").json({{"body", "x"}}).send().status ==
          412);
    CHECK(site.host.patch(first).as("ben").json({{"body", " "}}).send().status == 422);
    CHECK(site.host.get(first).send().header("etag") == "\"v2\"");
    CHECK(site.host.del(first).as("cat").send().status == 403);
    CHECK(site.host.del(first).send().status == 401);
    CHECK(site.host.del(first).as("ann").send().status == 204);  // the post's author
    CHECK(site.host.del(first).as("ann").send().status == 404);
    CHECK(site.show(id).at("commentCount") == 2);
    CHECK(site.comment("ben", "nothing", "x").status == 404);

    const std::string other = site.post("ann", "B");
    const std::string second(page.at("data").at(1).at("id").as_string());
    CHECK(site.get("/" + other + "/comments/" + second).status == 404);
    CHECK(site.host.del("/api/v1/posts/" + other + "/comments/" + second).as("ben").send().status == 404);
    CHECK(site.show(other).at("commentCount") == 0);
    site.host.del("/api/v1/posts/" + id).as("ann").send();
    CHECK(site.host.database().one("SELECT count(*) FROM post_comments")->integer(0) == 0);
}

TEST_CASE("a person likes a post once") {
    Site site(EACH_BACKEND);
    const std::string id = site.post("ann", "A");
    const std::string other = site.post("ann", "B");
    const std::string path = "/api/v1/posts/" + id + "/like";
    CHECK(site.host.put(path).send().status == 401);
    CHECK(site.host.put(path).as("ben").send().json() == Json{{"liked", true}, {"likeCount", 1}});
    CHECK(site.host.put(path).as("ben").send().json() == Json{{"liked", true}, {"likeCount", 1}});
    site.host.clock().advance(std::chrono::seconds(1));
    site.like("cat", id);
    CHECK(site.show(id).at("likeCount") == 2);
    CHECK(Site::each(site.get("/" + id + "/likes").json().at("data"), "userId") == "cat ben");
    const Json page = site.get("/" + id + "/likes?limit=1").json();
    CHECK(Site::each(site.get("/" + id + "/likes?cursor=" + std::string(page.at("nextCursor").as_string()))
                         .json()
                         .at("data"),
                     "userId") == "ben");
    CHECK(site.get("/liked?ids=" + id + "," + other, "ben").json() == Json{{"ids", {id}}});
    CHECK(site.get("/liked?ids=" + id).status == 401);
    CHECK(site.host.del(path).as("ben").send().json() == Json{{"liked", false}, {"likeCount", 1}});
    CHECK(site.host.del(path).as("ben").send().json() == Json{{"liked", false}, {"likeCount", 1}});
    CHECK(site.like("ben", "nothing") == 404);
    CHECK(site.host.database().one("SELECT count(*) FROM post_likes")->integer(0) == 1);
}

TEST_CASE("who may read a post may read its files, whoever they belong to") {
    Site site(EACH_BACKEND);
    site.host.provide<mortise::Files>(site.files);
    const auto created =
        site.write("ann", {{"title", "Pets"}, {"status", "draft"}, {"attachments", {"cat", "dog", "cat"}}});
    REQUIRE(created.status == 201);
    const Json post = created.json();
    const std::string id(post.at("id").as_string());
    const std::string url(post.at("attachments").at(0).at("url").as_string());
    CHECK(url == "/api/v1/posts/" + id + "/attachments/cat");
    CHECK(post.at("attachments").as_array().size() == 2);
    CHECK(post.at("attachments").at(1) == Json{{"id", "dog"},
                                               {"name", "dog.png"},
                                               {"contentType", "image/png"},
                                               {"size", 7},
                                               {"url", "/api/v1/posts/" + id + "/attachments/dog"}});
    CHECK(site.host.get(url).send().status == 404);
    CHECK(site.host.get(url).as("ben").send().status == 404);
    CHECK(site.host.get(url).as("ann").send().body == "bytes of cat");
    site.change("ann", id, {{"status", "published"}, {"attachments", {"cat"}}});
    CHECK(site.host.get(url).send().body == "bytes of cat");
    CHECK(site.get("/" + id + "/attachments/dog").status == 404);

    CHECK(Site::faults_of(site.write("ann", {{"title", "a"}, {"attachments", {"cat", "cow"}}})) ==
          "/attachments/1");
    CHECK(Site::faults_of(site.write("ben", {{"title", "a"}, {"attachments", {"cat"}}})) == "/attachments/0");
    const auto kept =
        site.host.patch("/api/v1/posts/" + id).as("root", "admin").json({{"attachments", {"cat"}}}).send();
    CHECK(kept.status == 200);
}

TEST_CASE("without a keeper of files there are no attachments, and all else works") {
    Site site("sqlite");
    CHECK(Site::faults_of(site.write("ann", {{"title", "a"}, {"attachments", {"cat"}}})) == "/attachments/0");
    CHECK(site.get("/" + site.post("ann", "a") + "/attachments/cat").status == 404);
}
