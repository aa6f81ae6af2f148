// SPDX-License-Identifier: Apache-2.0
// plugins/hello/hello.cpp: one option, one middleware, one route, one socket event.
#include <mortise/sdk.h>

namespace hello {

class Hello final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        greeting_ = host.options().text("greeting");
        host.http().after(this, &Hello::stamp);
        host.http().get("/hello/{name}", this, &Hello::greet).summary("Greets by name");
        host.sockets().on("hello:wave", this, &Hello::wave);
    }

private:
    void stamp(const mortise::Request&, mortise::Response& response) const {
        response.set_header("x-greeting", greeting_);
    }
    mortise::Response greet(const mortise::Request& request) const {
        return mortise::Response::text(greeting_ + ", " + std::string(request.param("name")) + "!");
    }
    mortise::Json wave(mortise::Socket& socket, const mortise::Message& wave) const {
        socket.emit("hello:waved", wave.arg(0));  // arguments are Json or bytes
        return {{"ok", true}};                    // the acknowledgement, if the client asked for one
    }

    std::string greeting_;  // written by start() only; every thread reads it after
};

}  // namespace hello
MORTISE_PLUGIN(hello::Hello)
