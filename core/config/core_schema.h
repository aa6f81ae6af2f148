// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "config/schema.h"

namespace mortise::config {

/// Everything a configuration file may say beside `plugins:` (schema/core.yaml).
const Schema& core_schema();
/// The reserved key of a plugin's options, and what stands under it (schema/host.yaml).
inline constexpr std::string_view host_key = "host";
const Schema& host_schema();
/// The keys of a plugin.yaml (schema/manifest.yaml).
const Schema& manifest_schema();

/// config/mortise.yaml: what `serve` uses without --config.
std::string_view default_configuration() noexcept;

}  // namespace mortise::config
