// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <chrono>

#include <mortise/testing/test_host.h>

#include "support/temporary_folder.h"

using mortise::test::TemporaryFolder;
using mortise::testing::TestHost;
using mortise::testing::TestResponse;

namespace fs = std::filesystem;

namespace {

constexpr const char* browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
constexpr const char* forever = "public, max-age=31536000, immutable";

/// An application's folder, served under /.
struct App {
    App() {
        folder.write("public/index.html", "the app");
        folder.write("public/app.js", "script");
        folder.write("public/docs/index.html", "the docs");
        folder.write("secret.txt", "keep out");
    }
    std::string options(const std::string& more = {}) const {
        return "sites: { /: " + (folder.path() / "public").string() + " }\n" + more;
    }
    TemporaryFolder folder;
};

TestResponse navigate(TestHost& host, const std::string& path) {
    return host.get(path).header("accept", browser).send();
}

}  // namespace

TEST_CASE("a folder's files come with their type, checked again at each use") {
    const App app;
    TestHost host("web", app.options());
    const auto script = host.get("/app.js").send();
    CHECK(script.status == 200);
    CHECK(script.body == "script");
    CHECK(script.header("content-type") == "text/javascript; charset=utf-8");
    CHECK(script.header("cache-control") == "no-cache");
    CHECK(host.get("/").send().body == "the app");
    CHECK(host.get("/").send().header("content-type") == "text/html; charset=utf-8");
    CHECK(host.request("HEAD", "/app.js").send().status == 200);
    CHECK(host.get("/nothing.js").send().status == 404);
}

TEST_CASE("a name that carries a hash is kept for ever, others and the index never") {
    const App app;
    for (const char* name : {"app.8f3a9c1b.js", "main.0123456789abcdef0123.chunk.css", "app.8F3A9C1B.js.map",
                             "app.v2.js", "app.min.js", "app.deadbeef.js", "app.8f3a9c1.js", "8f3a9c1b.js",
                             "assets/logo.svg", "assets/index.html"})
        app.folder.write("public/" + std::string(name), "x");
    TestHost host("web", app.options("immutable: [assets]\n"));
    const auto cache_control = [&](const std::string& path) {
        return std::string(host.get(path).send().header("cache-control"));
    };
    CHECK(cache_control("/app.8f3a9c1b.js") == forever);
    CHECK(cache_control("/main.0123456789abcdef0123.chunk.css") == forever);
    CHECK(cache_control("/app.8F3A9C1B.js.map") == forever);
    CHECK(cache_control("/assets/logo.svg") == forever);
    CHECK(cache_control("/assets/") == "no-cache");
    for (const char* path :
         {"/app.v2.js", "/app.min.js", "/app.deadbeef.js", "/app.8f3a9c1.js", "/8f3a9c1b.js", "/", "/docs/"})
        CHECK(cache_control(path) == "no-cache");
    CHECK(cache_control("/gone.8f3a9c1b.js") == "no-store");
}

TEST_CASE("an application's own paths get its page, but only where somebody navigates") {
    const App app;
    TestHost host("web", app.options());
    const auto page = navigate(host, "/lists/7/edit");
    CHECK(page.status == 200);
    CHECK(page.body == "the app");
    CHECK(page.header("cache-control") == "no-cache");
    CHECK(page.header("content-type") == "text/html; charset=utf-8");
    CHECK(host.request("HEAD", "/lists").header("accept", browser).send().status == 200);

    CHECK(host.get("/lists/7").send().status == 404);
    CHECK(host.get("/lists/7").header("accept", "application/json").send().status == 404);
    CHECK(host.get("/lists/7").header("accept", "*/*").send().status == 404);
    CHECK(host.get("/lists/7").header("accept", "text/html;q=0, */*").send().status == 404);
    CHECK(host.post("/lists/7").header("accept", browser).send().status == 404);
    CHECK(navigate(host, "/lists/7.js").status == 404);
    CHECK(navigate(host, "/api/v1/nothing").status == 404);
    CHECK(navigate(host, "/api").status == 404);
    CHECK(navigate(host, "/socket.io/").status == 400);  // the sockets' own answer
    CHECK(navigate(host, "/socket.io/lists").body != "the app");
    CHECK(navigate(host, "/apiary").body == "the app");
}

TEST_CASE("without a fallback what is no file is not there") {
    const App app;
    TestHost host("web", app.options("fallback: ''\n"));
    CHECK(navigate(host, "/lists").status == 404);
    CHECK(navigate(host, "/").status == 200);
}

TEST_CASE("other plugins' routes win, and so do their refusals") {
    const App app;
    app.folder.write("public/api/v1/tasks", "not the tasks");
    TestHost host("web", app.options());
    host.beside("auth").beside("tasks");
    CHECK(navigate(host, "/api/v1/tasks").status == 401);
    CHECK(navigate(host, "/livez").body != "the app");
    const auto refused = navigate(host, "/api/v1/auth/login");
    CHECK(refused.status == 405);
    CHECK(refused.header("allow") == "POST, OPTIONS");
    CHECK(host.post("/api/v1/nothing").send().status == 404);
    CHECK(host.get("/openapi.json").send().body.find("{path}") == std::string::npos);
}

TEST_CASE("nothing leads out of the folder and nothing hidden is shown") {
    const App app;
    app.folder.write("public/.env", "keep out");
    app.folder.write("public/.git/config", "keep out");
    app.folder.write("publicity/plan.txt", "keep out");
    fs::create_symlink(app.folder.path() / "secret.txt", app.folder.path() / "public/way-out.txt");
    fs::create_symlink("../publicity", app.folder.path() / "public/next-door");
    fs::create_symlink(app.folder.path(), app.folder.path() / "public/up");
    fs::create_symlink(".env", app.folder.path() / "public/visible.txt");
    fs::create_symlink("app.js", app.folder.path() / "public/alias.js");
    fs::create_symlink("circle", app.folder.path() / "public/circle");
    TestHost host("web", app.options());

    for (const char* path : {"/../secret.txt",
                             "/docs/../../secret.txt",
                             "/%2e%2e/secret.txt",
                             "/..%2fsecret.txt",
                             "/%2e%2e%2fsecret.txt",
                             "/..%5csecret.txt",
                             "/docs/%2e%2e/%2e%2e/secret.txt",
                             "/%252e%252e/secret.txt",
                             "//etc/passwd",
                             "/%2fetc%2fpasswd",
                             "/app.js%00.html",
                             "/way-out.txt",
                             "/next-door/plan.txt",
                             "/up/secret.txt",
                             "/circle",
                             "/.env",
                             "/.git/config",
                             "/%2eenv",
                             "/visible.txt",
                             "/docs/.hidden",
                             "/app.js/",
                             "/app.js/x",
                             "/docs%2f..%2f.env"}) {
        const auto answer = host.get(path).send();
        INFO(path);
        CHECK((answer.status == 404 || answer.status == 400));
        CHECK(answer.body.find("keep out") == std::string::npos);
    }
    CHECK(host.get("/alias.js").send().body == "script");
    CHECK(host.get("/" + std::string(5000, 'a')).send().status == 404);
}

TEST_CASE("a folder's page is reached with a slash at its end, wherever it is mounted") {
    const App app;
    const std::string folder = (app.folder.path() / "public").string();
    TestHost host("web", "sites: { /admin: " + folder + ", /: " + folder + "/docs }\n");
    const auto moved = host.get("/admin").send();
    CHECK(moved.status == 308);
    CHECK(moved.header("location") == "./admin/");
    CHECK(host.get("/admin/docs").send().header("location") == "./docs/");
    CHECK(host.get("/admin/").send().body == "the app");
    CHECK(host.get("/admin/docs/").send().body == "the docs");
    CHECK(host.get("/").send().body == "the docs");
    CHECK(navigate(host, "/admin/users/7").body == "the app");
    CHECK(navigate(host, "/users/7").body == "the docs");
    CHECK(host.get("/administration/app.js").send().status == 404);
}

TEST_CASE("a folder without an index shows nothing") {
    const App app;
    app.folder.write("public/files/a.txt", "a");
    TestHost host("web", app.options("fallback: ''\n"));
    CHECK(host.get("/files").send().status == 404);
    CHECK(host.get("/files/").send().status == 404);
    CHECK(host.get("/files/a.txt").send().body == "a");
}

TEST_CASE("a compressed twin is sent to those who take it") {
    const App app;
    const auto twin = app.folder.write("public/app.js.gz", "squeezed");
    TestHost host("web", app.options());
    const auto squeezed = host.get("/app.js").header("accept-encoding", "br, gzip;q=0.8").send();
    CHECK(squeezed.body == "squeezed");
    CHECK(squeezed.header("content-encoding") == "gzip");
    CHECK(squeezed.header("content-type") == "text/javascript; charset=utf-8");
    CHECK(squeezed.header("vary") == "Accept-Encoding");

    const auto plain = host.get("/app.js").header("accept-encoding", "gzip;q=0, br").send();
    CHECK(plain.body == "script");
    CHECK(plain.header("content-encoding").empty());
    CHECK(plain.header("vary") == "Accept-Encoding");
    CHECK(host.get("/app.js").header("accept-encoding", "gzip").header("x-no-compression", "1").send().body ==
          "script");
    CHECK(host.get("/app.js.gz").send().header("content-type") == "application/gzip");

    fs::last_write_time(twin, fs::last_write_time(twin) - std::chrono::hours(1));
    CHECK(host.get("/app.js").header("accept-encoding", "gzip").send().body == "script");
}

TEST_CASE("files take no other methods") {
    const App app;
    TestHost host("web", app.options());
    const auto refused = host.del("/app.js").send();
    CHECK(refused.status == 405);
    CHECK(refused.header("allow") == "GET, HEAD, OPTIONS");
    const auto options = host.request("OPTIONS", "/app.js").send();
    CHECK(options.status == 204);
    CHECK(options.header("allow") == "GET, HEAD, OPTIONS");
    CHECK(host.request("OPTIONS", "/nothing").send().status == 404);
}

TEST_CASE("scripts may run on the pages of a site, from the site alone") {
    const App app;
    {
        TestHost host("web", app.options());
        CHECK(host.get("/").send().header("content-security-policy").starts_with("default-src 'self';"));
    }
    TestHost host("web", app.options("content_security_policy: script-src 'none'\n"));
    CHECK(host.get("/").send().header("content-security-policy") == "script-src 'none'");
}

TEST_CASE("files that change while we serve are served as they are") {
    const App app;
    fs::create_directory_symlink("public", app.folder.path() / "current");
    TestHost host("web", "sites: { /: " + (app.folder.path() / "current").string() + " }\n");
    CHECK(host.get("/app.js").send().body == "script");
    app.folder.write("next/app.js", "next script");
    fs::remove(app.folder.path() / "current");
    fs::create_directory_symlink("next", app.folder.path() / "current");
    CHECK(host.get("/app.js").send().body == "next script");
    fs::remove_all(app.folder.path() / "next");
    CHECK(host.get("/app.js").send().status == 404);
}

TEST_CASE("a folder that is not there is told at start") {
    TestHost host("web", "sites: { /: /nowhere/at/all }\n");
    CHECK_THROWS_WITH(host.start(), Catch::Contains("/nowhere/at/all is no folder"));
}

TEST_CASE("without options the demo is served") {
    TestHost host("web");
    const auto page = host.get("/").send();
    CHECK(page.status == 200);
    CHECK(page.body.find("<title>Mortise</title>") != std::string::npos);
    // The policy forbids what stands in the page itself; nothing may come from elsewhere.
    CHECK(page.body.find("<style") == std::string::npos);
    CHECK(page.body.find(" style=") == std::string::npos);
    CHECK(page.body.find("://") == std::string::npos);
    CHECK(host.get("/main.js").send().header("content-type") == "text/javascript; charset=utf-8");
}
