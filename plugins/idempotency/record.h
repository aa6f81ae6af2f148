// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <mortise/response.h>

namespace idempotency {

/// What is known of a key: the request it was used for, and the answer once there is one. Kept as one line of
/// JSON, and the body behind it as it is.
struct Record {
    std::string fingerprint;                  // of the body it was used with
    std::optional<mortise::Response> answer;  // none: still running
};

std::string write_record(const Record& record);
/// Throws std::runtime_error for what write_record() did not write.
Record read_record(std::string_view text);

}  // namespace idempotency
