// SPDX-License-Identifier: Apache-2.0
#include "socket/engine_refusal.h"

#include <string>
#include <string_view>

namespace mortise::socket {

namespace {

std::string_view text_of(EngineRefusal why) {
    switch (why) {
        case EngineRefusal::unknown_transport:
            return "Transport unknown";
        case EngineRefusal::unknown_session:
            return "Session ID unknown";
        case EngineRefusal::bad_method:
            return "Bad handshake method";
        case EngineRefusal::unsupported_version:
            return "Unsupported protocol version";
        case EngineRefusal::bad_request:
            break;
    }
    return "Bad request";
}

}  // namespace

Response engine_refusal(EngineRefusal why) {
    Response response = Response::json_text(R"({"code":)" + std::to_string(static_cast<int>(why)) +
                                            R"(,"message":")" + std::string(text_of(why)) + R"("})");
    response.set_status(400);
    return response;
}

}  // namespace mortise::socket
