// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace mortise::app {

/// What the server tells its operator when it begins to serve.
struct Announcement {
    std::vector<std::string> addresses;  // "http://127.0.0.1:8080"
    std::vector<std::string> plugins;
    std::vector<std::string> left_out;  // by on_error: skip
};

/// The addresses, the plugins and a first request to try.
std::string text_of(const Announcement& announcement);

}  // namespace mortise::app
