// SPDX-License-Identifier: Apache-2.0
// The side of the child: a fork for each plugin, which loads and constructs it and tells how far it came.
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>

#include "plugin/exception_text.h"
#include "plugin/fault.h"
#include "plugin/library.h"
#include "plugin/trial.h"

namespace mortise::plugin {

namespace {

using Clock = std::chrono::steady_clock;

enum class Stage : int { loading, constructing, destroying, failed, passed };

/// One plugin's page: written by its process, read by ours when that has ended.
struct Page {
    std::atomic<Stage> stage{Stage::loading};
    char fault[1024] = {};

    void fail(std::string_view text) {
        const std::size_t size = std::min(text.size(), sizeof fault - 1);
        std::memcpy(fault, text.data(), size);
        stage = Stage::failed;
    }
};

struct Attempt {
    std::filesystem::path file;
    Page* page = nullptr;
    int output = -1;  // what it prints, kept for the report
    pid_t process = -1;
    int status = 0;
    bool has_ended = false;
};

[[noreturn]] void die_with_parent_and_run(const Attempt& attempt) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::dup2(attempt.output, STDOUT_FILENO);
    ::dup2(attempt.output, STDERR_FILENO);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);

    Page& page = *attempt.page;
    const std::string name = attempt.file.filename().string();
    try {
        const PluginEntry& entry = load_library(attempt.file);
        page.stage = Stage::constructing;
        Plugin* plugin = entry.create();
        page.stage = Stage::destroying;
        entry.destroy(plugin);
        page.stage = Stage::passed;
    } catch (const PluginFault& fault) {
        page.fail(fault.what());
    } catch (...) {
        page.fail("constructor of " + name + " failed: " + exception_text());
    }
    ::_exit(0);  // the library's static destructors are not on trial
}

void start(Attempt& attempt) {
    void* memory = ::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    attempt.page = ::new (memory) Page;
    attempt.output = ::memfd_create("trial", MFD_CLOEXEC);
    attempt.process = ::fork();
    if (attempt.process == 0) die_with_parent_and_run(attempt);
}

/// Waits for all of them, until the time is up.
void wait_for(std::vector<Attempt>& attempts, const sigset_t& child_ended, Clock::time_point end) {
    std::size_t running = attempts.size();
    while (running > 0) {
        int status = 0;
        const pid_t ended = ::waitpid(-1, &status, WNOHANG);
        if (ended > 0) {
            const auto attempt = std::ranges::find(attempts, ended, &Attempt::process);
            if (attempt == attempts.end()) continue;
            attempt->status = status;
            attempt->has_ended = true;
            --running;
            continue;
        }
        if (ended < 0) return;
        const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(end - Clock::now()).count();
        if (left <= 0) return;
        const timespec wait{left / 1'000'000'000, left % 1'000'000'000};
        ::sigtimedwait(&child_ended, nullptr, &wait);
    }
}

/// What the plugin printed last, as the end of a line: "terminate called after …".
std::string said_by(int output) {
    char bytes[512];
    const ssize_t got = ::pread(output, bytes, sizeof bytes, 0);
    std::string text;
    for (const char c : std::string_view(bytes, got > 0 ? static_cast<std::size_t>(got) : 0)) {
        const bool is_blank = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
        if (!is_blank)
            text += c;
        else if (!text.empty() && text.back() != ' ')
            text += ' ';
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    if (text.size() > 200) text = text.substr(0, 200) + "…";
    return text.empty() ? "" : "; it said: " + text;
}

std::string verdict_on(const Attempt& attempt, std::chrono::milliseconds limit) {
    const Stage stage = attempt.page->stage;
    if (stage == Stage::failed) return attempt.page->fault;
    const bool exited = attempt.has_ended && WIFEXITED(attempt.status);
    if (stage == Stage::passed && exited && WEXITSTATUS(attempt.status) == 0) return {};

    const std::string part =
        stage == Stage::destroying || stage == Stage::passed ? "destructor" : "constructor";
    std::string text = part + " of " + attempt.file.filename().string();
    if (!attempt.has_ended)
        return text + " did not end within " + std::to_string(limit.count()) + " ms" +
               said_by(attempt.output);
    if (exited)
        return text + " ended the process with exit code " + std::to_string(WEXITSTATUS(attempt.status)) +
               said_by(attempt.output);
    const int signal = WTERMSIG(attempt.status);
    const char* signal_name = ::sigabbrev_np(signal);
    return text + " ended the process with signal " + std::to_string(signal) +
           (signal_name ? std::string(" (SIG") + signal_name + ")" : "") + said_by(attempt.output);
}

}  // namespace

int run_trial(std::span<char* const> arguments) {
    if (arguments.size() < 2) return 1;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const std::chrono::milliseconds limit(std::atoll(arguments[0]));
    sigset_t child_ended;
    ::sigemptyset(&child_ended);
    ::sigaddset(&child_ended, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &child_ended, nullptr);

    std::vector<Attempt> attempts;
    for (const char* file : arguments.subspan(1)) attempts.emplace_back().file = file;
    for (Attempt& attempt : attempts) start(attempt);
    wait_for(attempts, child_ended, Clock::now() + limit);
    for (std::size_t place = 0; place < attempts.size(); ++place) {
        const Attempt& attempt = attempts[place];
        if (!attempt.has_ended) ::kill(attempt.process, SIGKILL);
        std::printf("%zu %s\n", place, verdict_on(attempt, limit).c_str());
    }
    std::fflush(stdout);
    ::_exit(0);
}

}  // namespace mortise::plugin
