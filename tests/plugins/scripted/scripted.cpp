// SPDX-License-Identifier: Apache-2.0
#include <mortise/sdk.h>

#include "script.h"

namespace scripted {

using mortise::Request;
using mortise::Response;

class Scripted final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        using namespace std::chrono_literals;
        host_ = &host;
        script_ = &host.use<Script>();
        host.http().get("/shared", this, &Scripted::answer).cached(1min, "all").shared();
        host.http().get("/shared/{id}", this, &Scripted::answer).cached(1min, "all item:{id}").shared();
        host.http().get("/mine", this, &Scripted::answer).cached(1min, "of:{user} role:{role}");
        host.http().get("/plain", this, &Scripted::answer);
        host.http().post("/do", this, &Scripted::answer).idempotent();
        host.http().patch("/do/{id}", this, &Scripted::answer).idempotent();
        host.http().post("/plain", this, &Scripted::answer);
        host.http().post("/purge/{tag}", this, &Scripted::purge);
    }

private:
    Response answer(const Request& request) const { return script_->answer(request); }
    Response purge(const Request& request) const {
        host_->purge(request.param("tag"));
        return Response::empty();
    }

    mortise::Host* host_ = nullptr;
    Script* script_ = nullptr;
};

}  // namespace scripted

MORTISE_PLUGIN(scripted::Scripted)
