// SPDX-License-Identifier: Apache-2.0
#include "support/postgres.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

#include "support/free_port.h"

namespace mortise::test {

namespace {

// PostgreSQL refuses to run as root.
const passwd* ordinary_user() {
    if (::geteuid() != 0) return nullptr;
    const passwd* user = ::getpwnam("postgres");
    if (!user) user = ::getpwnam("nobody");
    if (!user) throw std::runtime_error("there is neither a user postgres nor nobody to run PostgreSQL as");
    return user;
}

std::filesystem::path newest_programs() {
    std::vector<std::filesystem::path> found;
    for (const char* root : {"/usr/lib/postgresql", "/usr/pgsql-15", "/usr/pgsql-16", "/usr/bin"}) {
        std::error_code ignored;
        if (std::filesystem::exists(std::filesystem::path(root) / "initdb")) found.emplace_back(root);
        if (std::filesystem::exists(std::filesystem::path(root) / "bin/initdb"))
            found.push_back(std::filesystem::path(root) / "bin");
        if (root != std::string("/usr/lib/postgresql")) continue;
        for (const auto& version : std::filesystem::directory_iterator(root, ignored))
            if (std::filesystem::exists(version.path() / "bin/initdb"))
                found.push_back(version.path() / "bin");
    }
    if (found.empty())
        throw std::runtime_error("PostgreSQL is not installed (no initdb): see packaging/install-deps");
    std::sort(found.begin(), found.end());
    return found.back();
}

// Starts a program as an ordinary user, its output into `log`; it ends when this process does.
pid_t spawn(const std::vector<std::string>& words, const std::filesystem::path& log) {
    const passwd* const user = ordinary_user();
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t child = ::fork();
    if (child != 0) return child;
    if (user && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
        ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

int outcome_of(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

}  // namespace

Postgres::Postgres() : programs_(newest_programs()), data_(folder_.path() / "data"), port_(free_port()) {
    if (const passwd* user = ordinary_user())
        if (::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0)
            throw std::runtime_error("cannot give " + folder_.path().string() + " to " + user->pw_name);
    const std::vector<std::string> words{(programs_ / "initdb").string(),
                                         "--pgdata=" + data_.string(),
                                         "--username=mortise",
                                         "--auth=trust",
                                         "--encoding=UTF8",
                                         "--locale=C.UTF-8",
                                         "--no-sync",
                                         "--no-instructions"};
    if (outcome_of(spawn(words, folder_.path() / "initdb.log")) != 0)
        throw std::runtime_error("initdb failed in " + folder_.path().string());
    start();
}

Postgres::~Postgres() {
    stop();
}

Postgres& Postgres::shared() {
    static Postgres server;
    return server;
}

void Postgres::start() {
    const std::string sockets = folder_.path().string();
    process_ = spawn({(programs_ / "postgres").string(), "-D", data_.string(), "-k", sockets, "-p", port_,
                      "-h", "127.0.0.1", "-F", "-c", "max_connections=60", "-c", "shared_buffers=32MB", "-c",
                      "deadlock_timeout=50ms"},
                     folder_.path() / "postgres.log");
    wait_until_it_answers();
}

void Postgres::wait_until_it_answers() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (PQping(url_of("postgres").c_str()) != PQPING_OK) {
        if (::waitpid(process_, nullptr, WNOHANG) == process_ || std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("PostgreSQL did not start in " + folder_.path().string());
        std::this_thread::sleep_for(std::chrono::milliseconds{10});  // it tells nobody when it is ready
    }
}

void Postgres::stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGINT);
    outcome_of(process_);
    process_ = -1;
}

std::string Postgres::url_of(const std::string& database) const {
    return "postgresql://mortise@/" + database + "?host=" + folder_.path().string() + "&port=" + port_;
}

std::string Postgres::fresh_database() {
    const std::string name = "test_" + std::to_string(++databases_);
    run("CREATE SCHEMA " + name);
    return url_of("postgres") + "&options=-csearch_path%3D" + name;
}

void Postgres::run(const std::string& sql) const {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url_of("postgres").c_str()),
                                                                  &PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()),
                                                               &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
}

}  // namespace mortise::test
