// SPDX-License-Identifier: Apache-2.0
// MORTISE_FAULTY says where it fails and how ("load abort", "constructor throw,start throw_int"), and
// MORTISE_FAULTY_TRACE names a file that gets the number of every process its code ran in.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include <mortise/sdk.h>
#include <mortise/services/jobs.h>
#include <mortise/text.h>

namespace faulty {

// How it is to fail there; empty: not at all.
std::string_view fault_of(std::string_view place) {
    const char* wishes = std::getenv("MORTISE_FAULTY");
    for (std::string_view rest = wishes ? wishes : ""; !rest.empty();) {
        std::string_view how = mortise::take_until(rest, ',');
        if (mortise::take_until(how, ' ') == place) return how;
    }
    return {};
}

void pass(std::string_view place) {
    const std::string_view how = fault_of(place);
    if (how.empty()) return;
    if (how == "abort") {
        std::fputs("out of cheese\n", stderr);
        std::abort();
    }
    if (how == "exit") std::exit(0);
    if (how == "hang")
        for (;;) ::pause();
    if (how == "wait_10s") return std::this_thread::sleep_for(std::chrono::seconds(10));
    if (how == "throw_int") throw 42;
    if (how == "succeed") return;
    throw std::runtime_error("no cheese");
}

struct Loaded {
    Loaded() {
        if (const char* trace = std::getenv("MORTISE_FAULTY_TRACE"))
            std::ofstream(trace, std::ios::app) << ::getpid() << '\n';
        pass("load");
    }
};
const Loaded loaded;

class Faulty final : public mortise::Plugin {
public:
    Faulty() { pass("constructor"); }
    ~Faulty() override {
        if (fault_of("destructor") == "abort") std::abort();
    }
    void start(mortise::Host& host) override {
        host.http().get("/faulty", this, &Faulty::answer);
        if (!fault_of("job").empty()) {
            host.jobs().handle("faulty.job", [](const mortise::Job&) { pass("job"); }, {.attempts = 1});
            host.jobs().every(std::chrono::seconds(1), "faulty.job");
        }
        pass("start");
    }
    void ready() override { pass("ready"); }
    void stop() override { pass("stop"); }

private:
    mortise::Response answer(const mortise::Request&) const {
        pass("handler");
        return mortise::Response::text("well");
    }
};

}  // namespace faulty
MORTISE_PLUGIN(faulty::Faulty)
