// SPDX-License-Identifier: Apache-2.0
#include <mortise/sdk.h>

namespace doors {

class Doors final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        mortise::Http& http = host.http();
        http.get("/api/open", this, &Doors::enter).inline_handler();
        http.post("/api/login", this, &Doors::enter).limit("auth");
        http.post("/api/password", this, &Doors::enter).limit("strict").requires_user();
        http.get("/apiary", this, &Doors::enter);
        http.get("/unlimited", this, &Doors::enter).inline_handler();
        host.sockets().on("say", this, &Doors::say).limit("message");
        host.sockets().on("free", this, &Doors::say);
        const std::string& own = host.options().text("own");
        if (own.empty()) return;
        http.get("/own", this, &Doors::enter).limit(own);
        host.sockets().on("own", this, &Doors::say).limit(own);
    }

private:
    mortise::Response enter(const mortise::Request&) const { return mortise::Response::text("come in"); }
    mortise::Json say(mortise::Socket&, const mortise::Message&) const { return {{"ok", true}}; }
};

}  // namespace doors
MORTISE_PLUGIN(doors::Doors)
