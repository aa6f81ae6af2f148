// SPDX-License-Identifier: Apache-2.0
// MORTISE_FAULTY says where it fails and how ("load abort", "constructor throw", "start throw_int"), and
// MORTISE_FAULTY_TRACE names a file that gets the number of every process its code ran in.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

#include <mortise/sdk.h>

namespace faulty {

void pass(const std::string& place) {
    const char* wish = std::getenv("MORTISE_FAULTY");
    const std::string wanted = wish ? wish : "";
    if (!wanted.starts_with(place + " ")) return;
    const std::string how = wanted.substr(place.size() + 1);
    if (how == "abort") {
        std::fputs("out of cheese\n", stderr);
        std::abort();
    }
    if (how == "exit") std::exit(0);
    if (how == "hang")
        for (;;) ::pause();
    if (how == "throw_int") throw 42;
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
        const char* wish = std::getenv("MORTISE_FAULTY");
        if (wish && std::string(wish) == "destructor abort") std::abort();
    }
    void start(mortise::Host& host) override {
        host.http().get("/faulty", this, &Faulty::answer);
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
