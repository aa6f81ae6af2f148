// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <mortise/export.h>
#include <mortise/json.h>
#include <mortise/response.h>

namespace mortise {

/// A response written down, to be given again later or by another node: one line of JSON, and the body behind
/// it as it is.
struct KeptResponse {
    JsonObject about;                  ///< what its keeper wrote of it; holds the response's own members too
    std::optional<Response> response;  ///< absent: there was none yet
};

/// `about` is the keeper's; "status" and "headers" are taken. The response, null when there is none yet, has
/// its body in memory (Response::is_in_memory()).
MORTISE_API std::string write_kept(JsonObject about, const Response* response);
/// Throws std::runtime_error for what write_kept() did not write.
MORTISE_API KeptResponse read_kept(std::string_view text);

}  // namespace mortise
