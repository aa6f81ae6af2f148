// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <mortise/sdk.h>

namespace http_echo {

/// Sends back what it was sent: the body, however it was framed, and its type, if one was named.
class HttpEcho final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        host.http().any("/echo", this, &HttpEcho::echo).summary("Answers with the request's body");
    }

private:
    mortise::Response echo(const mortise::Request& request) const {
        const std::string_view type = request.header("content-type");
        return mortise::Response::bytes(type.empty() ? "application/octet-stream" : type,
                                        std::string(request.body()), 200);
    }
};

}  // namespace http_echo
MORTISE_PLUGIN(http_echo::HttpEcho)
