// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// Files of the repository that are part of the program; CMake makes their home (embed.cmake).
namespace mortise::config::embedded {

extern const std::string_view core_schema;
extern const std::string_view host_schema;
extern const std::string_view manifest_schema;
extern const std::string_view default_configuration;

}  // namespace mortise::config::embedded
