// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace mortise::http {

/// 1 to 128 letters, digits, '.', '_' and '-': an id from outside that may go into logs and headers.
bool is_request_id(std::string_view text);
/// Writes a new id, 16 hex digits: unlikely to be met twice, no secret. Any thread; no lock, no memory.
void make_request_id(std::string& id);

}  // namespace mortise::http
