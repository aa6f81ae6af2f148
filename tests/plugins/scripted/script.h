// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <mortise/request.h>
#include <mortise/response.h>

namespace scripted {

/// What the routes of the plugin `scripted` answer; a test provides it.
class Script {
public:
    static constexpr std::string_view service = "script";
    virtual ~Script() = default;
    virtual mortise::Response answer(const mortise::Request& request) = 0;
};

}  // namespace scripted
