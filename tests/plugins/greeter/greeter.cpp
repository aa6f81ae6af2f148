// SPDX-License-Identifier: Apache-2.0
#include <mortise/sdk.h>

namespace greeter {

class Greeter final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        host.http().after(this, &Greeter::stamp);
        host.http().get("/inline/{name}", this, &Greeter::greet).inline_handler();
        host.http().get("/pooled/{name}", this, &Greeter::greet);
        host.http()
            .get("/cached/{name}", this, &Greeter::greet)
            .cached(std::chrono::hours(1), "greetings")
            .shared();
    }

private:
    void stamp(const mortise::Request&, mortise::Response& response) const {
        response.set_header("x-greeting", "Hello");
    }
    mortise::Response greet(const mortise::Request& request) const {
        return mortise::Response::text("Hello, " + std::string(request.param("name")) + "!");
    }
};

}  // namespace greeter
MORTISE_PLUGIN(greeter::Greeter)
