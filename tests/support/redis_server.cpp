// SPDX-License-Identifier: Apache-2.0
#include "support/redis_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace mortise::test {

namespace {

std::filesystem::path program() {
    for (const char* folder : {"/usr/bin", "/usr/local/bin", "/usr/sbin"})
        if (const auto path = std::filesystem::path(folder) / "redis-server"; std::filesystem::exists(path))
            return path;
    throw std::runtime_error("Redis is not installed (no redis-server): see packaging/install-deps");
}

// The passed time, in a file that the server maps too.
std::int64_t* mapped(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0 || ::ftruncate(descriptor, sizeof(std::int64_t)) != 0)
        throw std::runtime_error("cannot write " + file.string());
    void* const place =
        ::mmap(nullptr, sizeof(std::int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    if (place == MAP_FAILED) throw std::runtime_error("cannot map " + file.string());
    return static_cast<std::int64_t*>(place);
}

int connected_to(const std::string& path) {
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    if (::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return descriptor;
    ::close(descriptor);
    return -1;
}

}  // namespace

RedisServer::RedisServer(Clock clock, std::vector<std::string> arguments)
    : clock_(clock), arguments_(std::move(arguments)), passed_(mapped(folder_.path() / "clock")) {
    start();
}

RedisServer::~RedisServer() {
    kill();
    ::munmap(passed_, sizeof *passed_);
}

RedisServer& RedisServer::shared() {
    static RedisServer server;
    return server;
}

std::string RedisServer::url() const {
    return "unix:" + socket_path();
}

std::string RedisServer::socket_path() const {
    return (folder_.path() / "redis.sock").string();
}

void RedisServer::pass(std::chrono::milliseconds time) {
    std::atomic_ref<std::int64_t>(*passed_).fetch_add(std::chrono::microseconds(time).count());
}

void RedisServer::empty() const {
    command("FLUSHALL");
    command("SCRIPT FLUSH");
}

std::string RedisServer::command(const std::string& lines) const {
    const int connection = connected_to(socket_path());
    if (connection < 0) throw std::runtime_error("Redis is not there");
    const std::string bytes = lines + "\r\n";
    std::array<char, 4096> answer{};
    ssize_t size = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size > 0) size = ::recv(connection, answer.data(), answer.size(), 0);
    ::close(connection);
    if (size <= 0) throw std::runtime_error("Redis does not answer");
    return {answer.data(), static_cast<std::size_t>(size)};
}

void RedisServer::start() {
    const std::string folder = folder_.path().string();
    const std::string clock = "MORTISE_TEST_CLOCK=" + folder + "/clock";
    const std::string shim = "LD_PRELOAD=" MORTISE_FROZEN_CLOCK;
    std::vector<std::string> words{program().string(),
                                   "--port",
                                   "0",
                                   "--unixsocket",
                                   socket_path(),
                                   "--save",
                                   "",
                                   "--dir",
                                   folder,
                                   "--logfile",
                                   folder + "/redis.log"};
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const std::array<char*, 3> environment{
        const_cast<char*>(clock.c_str()),
        clock_ == Clock::stands_still ? const_cast<char*>(shim.c_str()) : nullptr, nullptr};
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::execve(arguments[0], arguments.data(), environment.data());
        ::_exit(127);
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    for (;;) {
        if (const int connection = connected_to(socket_path()); connection >= 0) {
            ::close(connection);
            return;
        }
        if (::waitpid(process_, nullptr, WNOHANG) == process_) process_ = -1;
        if (process_ < 0 || std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("Redis did not start in " + folder);
        std::this_thread::sleep_for(std::chrono::milliseconds{2});  // it tells nobody when it is ready
    }
}

void RedisServer::kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
}

void RedisServer::freeze() {
    ::kill(process_, SIGSTOP);
    int status = 0;
    while (::waitpid(process_, &status, WUNTRACED) < 0 && errno == EINTR) {
    }
}

void RedisServer::thaw() {
    ::kill(process_, SIGCONT);
}

}  // namespace mortise::test
