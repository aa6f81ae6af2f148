// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mortise::plugin {

/// A plugin as the order sees it: what it offers and what it can't do without, both names of services.
struct Offer {
    std::string name;
    std::vector<std::string> provides;
    std::vector<std::string> needs;
};

/// Everything wrong with the list of plugins, one line each: plugins named twice, services two plugins
/// provide, services nobody provides, and providers that come too late. The list's order is the order
/// of start.
///
/// `given` are services that are there without a plugin. `available` are plugins that could be switched
/// on; they only make the lines more helpful.
std::vector<std::string> order_faults(const std::vector<Offer>& plugins,
                                      const std::vector<std::string>& given = {},
                                      const std::vector<Offer>& available = {});

}  // namespace mortise::plugin
