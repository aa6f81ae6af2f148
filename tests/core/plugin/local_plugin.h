// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <utility>

#include <mortise/abi.h>
#include <mortise/host.h>
#include <mortise/plugin.h>

#include "plugin/plugin_source.h"

namespace mortise::test {

/// A plugin of the test program: what it does stands in the test.
class LocalPlugin final : public Plugin {
public:
    struct Script {
        std::function<void(Host&)> start = [](Host&) {};
        std::function<void()> ready = [] {};
        std::function<void()> stop = [] {};
        std::function<void()> destroy = [] {};
    };

    explicit LocalPlugin(Script script) : script_(std::move(script)) {}
    ~LocalPlugin() override { script_.destroy(); }
    void start(Host& host) override { script_.start(host); }
    void ready() override { script_.ready(); }
    void stop() override { script_.stop(); }

    /// The entry of a plugin that follows `script`; one for each `Number` and program.
    template <int Number>
    static const PluginEntry* entry(Script script) {
        static Script kept;
        kept = std::move(script);
        static const PluginEntry entry{sizeof(PluginEntry), MORTISE_ABI_TAG,
                                       []() -> Plugin* { return new LocalPlugin(kept); },
                                       [](Plugin* plugin) { delete plugin; }};
        return &entry;
    }

private:
    Script script_;
};

/// A source for it; more may be said afterwards.
inline plugin::PluginSource local(std::string name, const PluginEntry* entry) {
    plugin::PluginSource source;
    source.name = std::move(name);
    source.version = "1.0.0";
    source.entry = entry;
    return source;
}

}  // namespace mortise::test
