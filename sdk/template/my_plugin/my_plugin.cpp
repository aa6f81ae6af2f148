// SPDX-License-Identifier: Apache-2.0
#include <mortise/sdk.h>

namespace my_plugin {

class MyPlugin final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        greeting_ = host.options().text("greeting");
        host.http().get("/api/v1/my_plugin/{name}", this, &MyPlugin::greet).summary("Greets by name");
    }

private:
    mortise::Json greet(const mortise::Request& request) const {
        return {{"greeting", greeting_}, {"name", request.param("name")}};
    }

    std::string greeting_;  // written by start() only; every thread reads it after
};

}  // namespace my_plugin
MORTISE_PLUGIN(my_plugin::MyPlugin)
