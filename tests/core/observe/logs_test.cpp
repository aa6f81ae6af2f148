// SPDX-License-Identifier: Apache-2.0
#include "observe/logs.h"

#include <fcntl.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <mortise/json.h>
#include <mortise/testing/fake_clock.h>

#include "support/temporary_folder.h"

using namespace mortise;
using namespace mortise::observe;
namespace fs = std::filesystem;

namespace {

class TemporaryFolder : public test::TemporaryFolder {
public:
    std::string file(const char* name) const { return path() / name; }
};

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

class Console {
public:
    explicit Console(const std::string& path)
        : descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)) {}
    ~Console() { ::close(descriptor); }
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;
    const int descriptor;
};

}  // namespace

TEST_CASE("lines reach the console, combined.log gets all of them, error.log the errors") {
    const TemporaryFolder folder;
    const testing::FakeClock clock;
    const Console console(folder.file("console"));
    LogSettings settings;
    settings.folder = folder.path();
    Logs logs(settings, clock, console.descriptor);
    const Log log = logs.part("http");
    log.info("listening", {{"port", 8080}});
    log.error("broken");
    log.debug("unseen");
    logs.flush();

    CHECK(lines_of(folder.file("console")).size() == 2);
    CHECK(lines_of(folder.file("combined.log")).size() == 2);
    const auto errors = lines_of(folder.file("error.log"));
    REQUIRE(errors.size() == 1);
    CHECK(parse_json(errors[0]).at("message") == "broken");
}

TEST_CASE("what is no terminal gets JSON, and text when told so") {
    const TemporaryFolder folder;
    const testing::FakeClock clock;
    for (const auto& [format, first] : {std::pair{LogFormat::automatic, '{'}, {LogFormat::text, '2'}}) {
        const std::string path = folder.file(format == LogFormat::text ? "text" : "json");
        const Console console(path);
        LogSettings settings;
        settings.format = format;
        Logs logs(settings, clock, console.descriptor);
        logs.part("http").info("x");
        logs.flush();
        CHECK(text_of(path).front() == first);
        CHECK(text_of(path).find('\x1b') == std::string::npos);
    }
}

TEST_CASE("a part's level changes while the server runs") {
    const TemporaryFolder folder;
    const testing::FakeClock clock;
    const Console console(folder.file("console"));
    LogSettings settings;
    settings.levels = {{"chat", LogLevel::error}};
    Logs logs(settings, clock, console.descriptor);
    const Log chat = logs.part("chat");
    const Log posts = logs.part("posts");
    CHECK_FALSE(chat.enabled(LogLevel::warn));
    CHECK(posts.enabled(LogLevel::info));

    settings.levels = {{"chat", LogLevel::trace}};
    settings.level = LogLevel::off;
    settings.access = true;
    logs.apply(settings);
    CHECK(chat.enabled(LogLevel::trace));
    CHECK_FALSE(posts.enabled(LogLevel::error));
    CHECK(logs.access_enabled());
}

TEST_CASE("the ids of the innermost scope of a thread go with its lines") {
    const TemporaryFolder folder;
    const testing::FakeClock clock;
    const Console console(folder.file("console"));
    Logs logs({}, clock, console.descriptor);
    const Log log = logs.part("http");
    {
        LogScope outer("r1");
        outer.set_user_id("u1");
        log.info("one");
        {
            const LogScope inner("r2");
            log.info("two");
        }
        log.info("three");
        std::thread([&] { log.info("other thread"); }).join();
    }
    log.info("outside");
    logs.flush();

    const auto lines = lines_of(folder.file("console"));
    REQUIRE(lines.size() == 5);
    CHECK(parse_json(lines[0]).at("user_id") == "u1");
    CHECK(parse_json(lines[1]).at("request_id") == "r2");
    CHECK_FALSE(parse_json(lines[1]).as_object().contains("user_id"));
    CHECK(parse_json(lines[2]).at("request_id") == "r1");
    CHECK_FALSE(parse_json(lines[3]).as_object().contains("request_id"));
    CHECK_FALSE(parse_json(lines[4]).as_object().contains("request_id"));
}

TEST_CASE("access lines are written only when asked for") {
    const TemporaryFolder folder;
    const testing::FakeClock clock;
    const Console console(folder.file("console"));
    Logs logs({}, clock, console.descriptor);
    logs.write_access(
        {.method = "GET", .route = {}, .path = "/unseen", .request_id = {}, .user_id = {}, .client = {}});
    LogSettings settings;
    settings.access = true;
    logs.apply(settings);
    logs.write_access(
        {.method = "GET", .route = {}, .path = "/seen", .request_id = {}, .user_id = {}, .client = {}});
    logs.flush();
    const auto lines = lines_of(folder.file("console"));
    REQUIRE(lines.size() == 1);
    CHECK(parse_json(lines[0]).at("path") == "/seen");
}

TEST_CASE("after reopen lines go to a new file of the old name") {
    const TemporaryFolder folder;
    const testing::FakeClock clock;
    const Console console(folder.file("console"));
    LogSettings settings;
    settings.folder = folder.path();
    Logs logs(settings, clock, console.descriptor);
    const Log log = logs.part("http");
    log.info("before");
    logs.flush();
    fs::rename(folder.file("combined.log"), folder.file("combined.log.1"));
    log.info("between");
    logs.reopen();
    logs.flush();
    log.info("after");
    logs.flush();
    CHECK(lines_of(folder.file("combined.log.1")).size() == 2);
    CHECK(lines_of(folder.file("combined.log")).size() == 1);
}

TEST_CASE("a file that is full is put aside, only so many are kept, and no line is torn") {
    const TemporaryFolder folder;
    const testing::FakeClock clock;
    const Console console(folder.file("console"));
    LogSettings settings;
    settings.folder = folder.path() / "logs";
    settings.rotation = {.max_bytes = 1000, .keep = 2};
    int said = 0;
    for (int start = 0; start < 2; ++start) {
        Logs logs(settings, clock, console.descriptor);
        const Log log = logs.part("http");
        for (int line = 0; line < 20; ++line) {
            log.info("said", {{"line", said++}});
            if (line % 3 == 0) logs.flush();
        }
        log.info(std::string(3000, 'x'), {{"line", said++}});
        log.info("said", {{"line", said++}});
    }
    std::vector<std::int64_t> kept;
    for (const char* name : {"logs/combined.log.2", "logs/combined.log.1", "logs/combined.log"}) {
        const auto lines = lines_of(folder.file(name));
        CHECK((lines.size() == 1 || fs::file_size(folder.file(name)) <= 1000));
        for (const auto& line : lines) kept.push_back(parse_json(line).at("line").as_int64());
    }
    REQUIRE(kept.size() > 2);
    CHECK(kept.back() == said - 1);
    for (std::size_t place = 1; place < kept.size(); ++place) CHECK(kept[place] == kept[place - 1] + 1);
    CHECK_FALSE(fs::exists(folder.file("logs/combined.log.3")));
}

TEST_CASE("a log file that can't be opened stops the start and is named") {
    const testing::FakeClock clock;
    LogSettings settings;
    settings.folder = "/proc/nowhere";
    CHECK_THROWS_WITH(Logs(settings, clock), Catch::Contains("/proc/nowhere"));
}

TEST_CASE("when nobody reads, lines are dropped, counted and told about; nobody waits") {
    const TemporaryFolder folder;
    const testing::FakeClock clock;
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    LogSettings settings;
    settings.queue_bytes = 16 * 1024;
    settings.folder = folder.path();
    std::string seen;
    {
        Logs logs(settings, clock, pipe[1]);
        const Log log = logs.part("http");
        // More than the pipe and the queue hold: the first drop may be the file's, for which nobody waits.
        for (int line = 0; line < 4000; ++line)
            log.info("a line that nobody reads, and another, and another");
        REQUIRE(logs.dropped() > 0);

        const std::string before = text_of(folder.file("combined.log"));
        std::thread reader([&] {
            std::array<char, 4096> buffer{};
            while (seen.find("lines were dropped") == std::string::npos) {
                const ssize_t count = ::read(pipe[0], buffer.data(), buffer.size());
                seen.append(buffer.data(), static_cast<std::size_t>(count));
            }
        });
        reader.join();
    }
    ::close(pipe[0]);
    ::close(pipe[1]);
    CHECK(seen.find("\"lines\":") != std::string::npos);
    CHECK(text_of(folder.file("combined.log")).find("nobody reads") != std::string::npos);
}

TEST_CASE("the end of the server does not wait for ever for a reader") {
    const testing::FakeClock clock;
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    {
        Logs logs({}, clock, pipe[1]);
        const Log log = logs.part("http");
        for (int line = 0; line < 2000; ++line)
            log.info("a line that fills the pipe and then stays in memory");
    }
    ::close(pipe[0]);
    ::close(pipe[1]);
    SUCCEED();
}

TEST_CASE("many threads at once: no line is lost or torn") {
    const TemporaryFolder folder;
    const testing::FakeClock clock;
    const Console console(folder.file("console"));
    constexpr int threads = 4;
    constexpr int each = 2000;
    {
        Logs logs({}, clock, console.descriptor);
        std::vector<std::thread> speakers;
        for (int thread = 0; thread < threads; ++thread)
            speakers.emplace_back([&logs, thread] {
                const Log log = logs.part("part" + std::to_string(thread));
                for (int line = 0; line < each; ++line) log.info("said", {{"line", line}});
            });
        std::thread turner([&logs] {
            for (int turn = 0; turn < 200; ++turn) {
                logs.apply({});
                logs.reopen();
            }
        });
        for (auto& speaker : speakers) speaker.join();
        turner.join();
    }
    const auto lines = lines_of(folder.file("console"));
    CHECK(lines.size() == threads * each);
    std::map<std::string, std::int64_t> next;
    for (const auto& line : lines) {
        const Json said = parse_json(line);
        REQUIRE(said.at("line").as_int64() == next[std::string(said.at("part").as_string())]++);
    }
}

TEST_CASE("without console and files lines vanish, and nobody waits for them") {
    const testing::FakeClock clock;
    Logs logs({}, clock, -1);
    logs.part("http").error("unheard");
    logs.flush();
    CHECK(logs.dropped() == 0);
}
