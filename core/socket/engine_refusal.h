// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <mortise/response.h>

namespace mortise::socket {

/// Why a request of Engine.IO is refused; clients know the numbers.
enum class EngineRefusal : std::uint8_t {
    unknown_transport,
    unknown_session,
    bad_method,
    bad_request,
    unsupported_version = 5
};

/// 400 with {code, message}, as clients read it.
Response engine_refusal(EngineRefusal why);

}  // namespace mortise::socket
