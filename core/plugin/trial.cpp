// SPDX-License-Identifier: Apache-2.0
// The side of the server: starts the trial program and reads its report.
#include "plugin/trial.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>

extern char** environ;

namespace mortise::plugin {

namespace {

using Clock = std::chrono::steady_clock;

/// Starting the program and telling the results comes on top of the plugins' own time.
constexpr std::chrono::milliseconds grace = std::chrono::seconds(10);

class Pipe {
public:
    Pipe() {
        if (::pipe2(ends_, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    }
    ~Pipe() {
        ::close(ends_[0]);
        close_writer();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    int reader() const { return ends_[0]; }
    int writer() const { return ends_[1]; }
    void close_writer() {
        if (ends_[1] >= 0) ::close(ends_[1]);
        ends_[1] = -1;
    }

private:
    int ends_[2] = {-1, -1};
};

/// How the child begins: signals as in a fresh process, and out of the terminal's process group, so that
/// ctrl-C does not look like a plugin's fault.
class SpawnPlan {
public:
    explicit SpawnPlan(int output) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        ::posix_spawnattr_init(&attributes_);
        sigset_t none, all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        ::posix_spawnattr_setflags(&attributes_,
                                   POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    pid_t start(const std::filesystem::path& program, std::vector<std::string> arguments) const {
        std::vector<char*> pointers;
        for (std::string& argument : arguments) pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        pid_t child = -1;
        const int failed =
            ::posix_spawn(&child, program.c_str(), &actions_, &attributes_, pointers.data(), environ);
        if (failed != 0)
            throw std::runtime_error("the trial load of the plugins could not start " + program.string() +
                                     ": " + std::generic_category().message(failed));
        return child;
    }

private:
    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
};

/// Everything the child writes until it closes its end; what came until then when the time is up.
std::string read_until(int descriptor, Clock::time_point end) {
    std::string text;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
        pollfd wait{descriptor, POLLIN, 0};
        const int ready = left > 0 ? ::poll(&wait, 1, static_cast<int>(left)) : 0;
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return text;
        char bytes[4096];
        const ssize_t got = ::read(descriptor, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return text;
        text.append(bytes, static_cast<std::size_t>(got));
    }
}

/// One line for each plugin: its place, a blank, and the fault or nothing.
std::vector<std::optional<std::string>> read_report(std::string_view report,
                                                    const std::vector<std::filesystem::path>& files) {
    std::vector<std::optional<std::string>> results;
    for (const auto& file : files)
        results.emplace_back(file.filename().string() + " could not be tried: the trial load ended too soon");
    while (!report.empty()) {
        const std::size_t end = report.find('\n');
        if (end == report.npos) break;
        const std::string_view line = report.substr(0, end);
        report.remove_prefix(end + 1);
        std::size_t place = files.size();
        const auto [rest, error] = std::from_chars(line.data(), line.data() + line.size(), place);
        if (error != std::errc() || place >= files.size()) continue;
        const std::string_view text(rest, static_cast<std::size_t>(line.data() + line.size() - rest));
        results[place].reset();
        if (text.size() > 1) results[place].emplace(text.substr(1));
    }
    return results;
}

}  // namespace

std::vector<std::optional<std::string>> try_loading(const std::vector<std::filesystem::path>& files,
                                                    const TrialSettings& settings) {
    if (files.empty()) return {};
    std::vector<std::string> arguments{"mortise", std::string(trial_command),
                                       std::to_string(settings.limit.count())};
    for (const auto& file : files) arguments.push_back(file.string());

    Pipe report;
    const pid_t child = SpawnPlan(report.writer()).start(settings.program, std::move(arguments));
    report.close_writer();
    const std::string text = read_until(report.reader(), Clock::now() + settings.limit + grace);
    ::kill(child, SIGKILL);  // it has nothing left to say
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    return read_report(text, files);
}

}  // namespace mortise::plugin
