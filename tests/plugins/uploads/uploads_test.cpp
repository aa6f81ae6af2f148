// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <fstream>

#include <mortise/services/events.h>
#include <mortise/services/files.h>
#include <mortise/services/people.h>

#include "site.h"

using namespace uploads::test;

namespace {

std::string pointer_of(const TestResponse& answer) {
    return std::string(answer.json().at("errors").at(0).at("pointer").as_string());
}

std::string ids(const TestResponse& list) {
    std::string all;
    const Json body = list.json();
    for (const Json& item : body.at("data").as_array())
        all += (all.empty() ? "" : " ") + std::string(item.at("id").as_string());
    return all;
}

}  // namespace

TEST_CASE("a file comes in, is described, and goes out as it came") {
    Site site(EACH_BACKEND);
    std::string bytes = png + std::string(200'000, '\r') + "\r\n--X" + std::string("\0\xFF", 2);
    const auto stored = site.upload("ann", "cat.png", bytes, "image/png");
    REQUIRE(stored.status == 201);
    const Json file = stored.json();
    const std::string id(file.at("id").as_string());
    CHECK(file.at("ownerId") == "ann");
    CHECK(file.at("name") == "cat.png");
    CHECK(file.at("contentType") == "image/png");
    CHECK(file.at("size") == bytes.size());
    CHECK(file.at("sha256").as_string().size() == 64);
    CHECK(file.at("visibility") == "private");
    CHECK(file.at("url").as_string() == "/api/v1/uploads/" + id + "/content");
    CHECK(file.as_object().size() == 10);
    CHECK(stored.header("location") == "/api/v1/uploads/" + id);
    CHECK(site.get("/" + id, "ann").json() == file);
    CHECK(site.get("/" + id, "ann").header("etag") == stored.header("etag"));

    const auto content = site.get("/" + id + "/content", "ann");
    CHECK(content.status == 200);
    CHECK(content.body == bytes);
    CHECK(content.header("content-type") == "image/png");
    CHECK(content.header("content-disposition") == "inline; filename=\"cat.png\"; filename*=UTF-8''cat.png");
    CHECK(content.header("x-content-type-options") == "nosniff");
    CHECK(content.header("content-security-policy") == "default-src 'none'; sandbox");
}

TEST_CASE("the checksum is that of the bytes") {
    Site site("sqlite");
    CHECK(site.upload("ann", "a.txt", "abc").json().at("sha256") ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("nobody uploads without signing in, and nothing else than a form with one file") {
    Site site("sqlite");
    const std::string form = Site::form({{"file", "a.txt", "", "words"}});
    CHECK(site.post("", form).status == 401);
    CHECK(site.post("ann", form, "application/json").status == 415);
    CHECK(site.post("ann", form, "multipart/mixed; boundary=XX").status == 415);
    CHECK(site.post("ann", form, "multipart/form-data").status == 400);
    CHECK(site.post("ann", form, "multipart/form-data; boundary=\"X\xC3\xA9\"").status == 400);
    CHECK(site.post("ann", form, "multipart/form-data; boundary=YY").status == 400);
    CHECK(site.post("ann", form.substr(0, form.size() - 6)).status == 400);
    CHECK(site.post("ann", "").status == 400);
    CHECK(pointer_of(site.post("ann", Site::form({{"other", "", "", "x"}}))) == "/file");
    CHECK(pointer_of(site.post("ann", Site::form({{"file", "a.txt", "", ""}}))) == "/file");
    CHECK(pointer_of(site.post("ann", Site::form({{"a", "a.txt", "", "x y z"}, {"b", "b.txt", "", "x"}}))) ==
          "/b");
    CHECK(pointer_of(site.post("ann", Site::form({{"visibility", "", "", "secret"}}))) == "/visibility");
    CHECK(pointer_of(site.post("ann", Site::form({{"x", "", "", std::string(1025, 'x')}}))) == "/x");
    CHECK(site.files().empty());
    CHECK(site.get("/usage", "ann").json().at("used") == 0);
}

TEST_CASE("what a file is stands in its bytes; who lies is refused") {
    Site site("sqlite");
    const auto refused = [&](const std::string& bytes, const std::string& type) {
        const auto answer = site.upload("ann", "a.png", bytes, type);
        return answer.status == 415 ? code_of(answer) : std::to_string(answer.status);
    };
    CHECK(refused("<!DOCTYPE html><html><script>alert(1)</script></html>", "image/png") ==
          "type_not_allowed");
    CHECK(refused("<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>", "image/png") ==
          "type_not_allowed");
    CHECK(refused("\x7F"
                  "ELF\2\1\1" +
                      std::string(60, '\0'),
                  "application/octet-stream") == "type_not_allowed");
    CHECK(refused("MZ" + std::string(200, '\0'), "") == "type_not_allowed");
    CHECK(refused("just words", "image/png") == "type_mismatch");
    CHECK(refused(png, "application/pdf") == "type_mismatch");
    CHECK(refused(png, "text/html") == "type_mismatch");
    CHECK(refused("just words", "text/html") == "type_mismatch");
    CHECK(site.files().empty());

    const auto taken = [&](const std::string& bytes, const std::string& type) {
        const auto answer = site.upload("ann", "a", bytes, type);
        return answer.status == 201 ? std::string(answer.json().at("contentType").as_string())
                                    : std::to_string(answer.status);
    };
    CHECK(taken(png, "") == "image/png");
    CHECK(taken(png, "application/octet-stream") == "image/png");
    CHECK(taken("\xFF\xD8\xFF\xE0" + std::string("\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", 16), "image/jpg") ==
          "image/jpeg");
    CHECK(taken("just words", "Text/Plain; charset=utf-8") == "text/plain");
    CHECK(taken("# Title\n\nwords\n", "text/markdown") == "text/plain");
    CHECK(taken("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", "application/pdf") == "application/pdf");
    const std::string zip("PK\3\4\x14\0\0\0\0\0\0\0!\0\x83\x16\xDC\x8C\1\0\0\0\1\0\0\0\5\0\0\0a.txtx", 36);
    CHECK(taken(zip + "PK\1\2" + std::string(40, '\0'), "application/x-zip-compressed") == "application/zip");
}

TEST_CASE("the types taken are the operator's choice; what could run in a browser is only ever saved") {
    Site site("sqlite", "types: [text/html, image/svg+xml]\n");
    const std::string page = "<!DOCTYPE html><html><script>alert(1)</script></html>";
    const auto stored = site.upload("ann", "page.html", page, "text/html");
    REQUIRE(stored.status == 201);
    const auto content = site.get("/" + std::string(stored.json().at("id").as_string()) + "/content", "ann");
    CHECK(std::string(content.header("content-disposition")).substr(0, 11) == "attachment;");
    CHECK(content.header("content-security-policy") == "default-src 'none'; sandbox");
    CHECK(site.upload("ann", "a.txt", "words").status == 415);
}

TEST_CASE("a client's name is shown, never a path") {
    Site site("sqlite");
    const auto [sent, shown] = GENERATE(
        table<std::string, std::string>({{"../../../etc/passwd", "passwd"},
                                         {"C:\\Users\\ann\\cat.txt", "cat.txt"},
                                         {"/etc/cron.d/x", "x"},
                                         {"..", "file"},
                                         {".htaccess", "htaccess"},
                                         {" . ", "file"},
                                         {"a\x01\x1F\x7F"
                                          "b.txt",
                                          "ab.txt"},
                                         {"Gr\xC3\xBC\xC3\x9F"
                                          "e.txt",
                                          "Gr\xC3\xBC\xC3\x9F"
                                          "e.txt"},
                                         {"gpj.\xE2\x80\xAE"
                                          "exe.txt",
                                          "gpj.exe.txt"},
                                         {"bad\xFF.txt", "file"},
                                         {"a<b>:c|d?.txt", "a_b__c_d_.txt"},
                                         {std::string(300, 'x') + ".txt", std::string(196, 'x') + ".txt"}}));
    const auto stored = site.upload("ann", sent, "words");
    CAPTURE(sent);
    REQUIRE(stored.status == 201);
    CHECK(stored.json().at("name").as_string() == shown);
    for (const auto& file : site.files()) {
        CHECK(file.filename().string().find_first_not_of("0123456789abcdef") == std::string::npos);
        CHECK(file.parent_path().parent_path() == site.folder.path() / "files");
    }
    CHECK(site.files().size() == 1);
}

TEST_CASE("a name goes out in every script, and its quotes end nothing") {
    Site site("sqlite");
    const auto stored = site.upload("ann",
                                    "na\\\"\xC3\xAF"
                                    "ve 100%.txt",
                                    "words");
    const auto content = site.get("/" + std::string(stored.json().at("id").as_string()) + "/content", "ann");
    CHECK(content.header("content-disposition") ==
          "inline; filename=\"na__ve 100_.txt\"; filename*=UTF-8''na_%C3%AFve%20100%25.txt");
}

TEST_CASE("a file is there for its owner, those it is shared with and admins, or for all") {
    Site site(EACH_BACKEND);
    const std::string id = site.id_of_new("ann");
    const auto status = [&](const std::string& user, const std::string& role = "user") {
        const int facts = site.get("/" + id, user, role).status;
        const int content = site.get("/" + id + "/content", user, role).status;
        return facts == content ? facts : -1;
    };
    CHECK(status("ann") == 200);
    CHECK(status("ben") == 404);
    CHECK(status("") == 404);
    CHECK(status("root", "admin") == 200);
    CHECK(site.share("ben", id, "ben").status == 404);
    CHECK(site.share("ann", id, "ben").status == 204);
    CHECK(site.share("ann", id, "ben").status == 204);
    CHECK(status("ben") == 200);
    CHECK(ids(site.get("?shared=true", "ben")) == id);
    CHECK(ids(site.get("", "ben")).empty());
    CHECK(site.get("/" + id + "/shares", "ben").status == 403);
    CHECK(site.get("/" + id + "/shares", "ann").json().at("data").at(0).at("userId") == "ben");
    CHECK(site.share("ben", id, "cat").status == 403);
    CHECK(site.del("/" + id, "ben").status == 403);
    CHECK(site.host.patch("/api/v1/uploads/" + id).as("ben").json({{"visibility", "public"}}).send().status ==
          403);
    CHECK(site.del("/" + id + "/shares/ben", "ann").status == 204);
    CHECK(status("ben") == 404);

    const auto change = [&](const std::string& visibility, const std::string& tag) {
        return site.host.patch("/api/v1/uploads/" + id)
            .as("ann")
            .header("If-Match", tag)
            .json({{"visibility", visibility}})
            .send();
    };
    CHECK(change("public", "\"v1\"").json().at("visibility") == "public");
    CHECK(change("private", "\"v1\"").status == 412);
    CHECK(change("hidden", "*").status == 422);
    CHECK(status("") == 200);
    CHECK(site.get("/" + id + "/shares", "ben").status == 403);
    CHECK(change("private", "\"v2\"").status == 200);
    CHECK(status("") == 404);
}

TEST_CASE("a file may be public from the start") {
    Site site("sqlite");
    const auto stored =
        site.post("ann", Site::form({{"file", "a.txt", "", "words"}, {"visibility", "", "", "public"}}));
    REQUIRE(stored.status == 201);
    CHECK(site.get("/" + std::string(stored.json().at("id").as_string()) + "/content").body == "words");
}

TEST_CASE("a file is shared with so many people and no more, and only with people there are") {
    Site site("sqlite", "shares: 2\n");
    const std::string id = site.id_of_new("ann");
    CHECK(site.share("ann", id, "ben").status == 204);
    CHECK(site.share("ann", id, "cat").status == 204);
    CHECK(code_of(site.share("ann", id, "dan")) == "too_many_shares");
    CHECK(site.get("/" + id, "dan").status == 404);
}

TEST_CASE("one's own files are listed in pages, the newest first") {
    Site site(EACH_BACKEND);
    std::string newest_first;
    for (int number = 0; number < 3; ++number) {
        const std::string id = site.id_of_new("ann");
        newest_first = id + (newest_first.empty() ? "" : " ") + newest_first;
        if (number == 0) site.host.clock().advance(std::chrono::seconds(1));
    }
    site.id_of_new("ben");
    CHECK(ids(site.get("", "ann")) == newest_first);
    const auto page = site.get("?limit=2", "ann");
    const auto rest =
        site.get("?limit=2&cursor=" + std::string(page.json().at("nextCursor").as_string()), "ann");
    CHECK(ids(page) + " " + ids(rest) == newest_first);
    CHECK(rest.json().at("hasMore") == false);
    CHECK(site.get("?page=2&limit=2", "ann").json().at("pagination") ==
          Json{{"page", 2}, {"limit", 2}, {"total", 3}, {"totalPages", 2}, {"hasMore", false}});
    CHECK(site.get("?limit=0", "ann").status == 422);
    CHECK(site.get("?cursor=1WyJhIiwiYiJd", "ann").status == 422);
    CHECK(site.get("").status == 401);
    CHECK(site.get("", "ann").body.find("storedAs") == std::string::npos);
}

TEST_CASE("a deleted file is gone from the disk too") {
    Site site(EACH_BACKEND);
    const std::string id = site.id_of_new("ann");
    site.share("ann", id, "ben");
    CHECK(site.files().size() == 1);
    CHECK(site.host.del("/api/v1/uploads/" + id).as("ann").header("If-Match", "\"v7\"").send().status == 412);
    CHECK(site.del("/" + id, "ann").status == 204);
    CHECK(site.files().empty());
    CHECK(site.get("/" + id, "ann").status == 404);
    CHECK(site.del("/" + id, "ann").status == 404);
    CHECK(ids(site.get("?shared=true", "ben")).empty());
}

TEST_CASE("nobody keeps more than their quota") {
    Site site(EACH_BACKEND, "quota: 1KiB\n");
    CHECK(site.upload("ann", "a.txt", std::string(600, 'x')).status == 201);
    const auto refused = site.upload("ann", "b.txt", std::string(600, 'x'));
    CHECK(refused.status == 413);
    CHECK(code_of(refused) == "quota_exceeded");
    CHECK(site.upload("ben", "b.txt", std::string(600, 'x')).status == 201);
    CHECK(site.get("/usage", "ann").json() == Json{{"files", 1}, {"used", 600}, {"quota", 1024}});
    CHECK(site.files().size() == 2);
}

TEST_CASE("a file too large leaves nothing behind") {
    Site site("sqlite", "max_size: 2KiB\n");
    CHECK(site.upload("ann", "a.txt", std::string(2048, 'x')).status == 201);
    const auto refused = site.upload("ann", "a.txt", std::string(2049, 'x'));
    CHECK(refused.status == 413);
    CHECK(code_of(refused) == "file_too_large");
    CHECK(site.upload("ann", "a.txt", std::string(100'000, 'x')).status == 413);
    CHECK(site.files().size() == 1);
}

TEST_CASE("a disk that would be too full is told, and when to try again") {
    Site site("sqlite", "keep_free: 1000TB\n");
    const auto refused = site.upload("ann", "a.txt", "words");
    CHECK(refused.status == 503);
    CHECK(code_of(refused) == "disk_full");
    CHECK(refused.header("retry-after") == "60");
    CHECK(site.files().empty());
}

TEST_CASE("what a process left on the move is put right at the next start") {
    Site site("sqlite");
    site.host.start();
    site.id_of_new("ann");
    const auto placed = site.files().front();
    const auto moving = site.folder.path() / "files" / "moving";
    // As if the first had died before its last rename, and the second before it was known.
    std::filesystem::rename(placed, moving / placed.filename());
    std::ofstream(moving / "0123456789abcdef0123456789abcdef") << "half of a fi";
    mortise::testing::TestHost later(
        "uploads", "folder: " + (site.folder.path() / "files").string() + "\nkeep_free: 0B\n");
    later.start();  // with an empty database: it knows neither
    CHECK(site.files().empty());
}

TEST_CASE("other plugins ask for files by a service") {
    Site site("sqlite");
    const std::string id = site.id_of_new("ann");
    auto& files = *site.host.find<mortise::Files>();
    const auto found = files.find_many({"nothing", id});
    REQUIRE(found.size() == 1);
    CHECK(found.front().name == "a.txt");
    CHECK(found.front().size == 12);
    mortise::User ann;
    ann.id = "ann";
    CHECK(files.may_read(id, &ann));
    CHECK_FALSE(files.may_read(id, nullptr));
    CHECK_FALSE(files.may_read("nothing", &ann));
    CHECK_THROWS(files.send("nothing"));
}

TEST_CASE("somebody who is gone leaves no files") {
    Site site(EACH_BACKEND);
    site.id_of_new("ann");
    site.id_of_new("ann");
    const std::string kept = site.id_of_new("ben");
    site.share("ben", kept, "ann");
    site.host.events().publish(mortise::person_deleted_topic, Json{{"userId", "ann"}});
    site.host.run_jobs();
    CHECK(site.files().size() == 1);
    CHECK(site.get("/usage", "ann").json().at("files") == 0);
    CHECK(site.host.database().one("SELECT count(*) FROM upload_shares")->integer(0) == 0);
}
