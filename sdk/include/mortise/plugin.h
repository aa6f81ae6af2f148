// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <mortise/abi.h>
#include <mortise/export.h>

namespace mortise {

class Host;

/// A plugin: one class, made once. MORTISE_PLUGIN(Class) in one source file exports it.
class MORTISE_API Plugin {
public:
    virtual ~Plugin();
    /// Registers what the plugin offers, and only that: opens nothing, starts no thread, asks no
    /// service (`mortise routes` runs it too). What it throws stops the start of the server, with the
    /// plugin's name; with `host: {on_error: skip}` the server starts without the plugin.
    virtual void start(Host& host) = 0;
    /// Every plugin has started, migrations have run, services answer: work may begin. Optional.
    virtual void ready();
    /// No request is in flight any more; threads end here. Runs in the reverse order, for every plugin whose
    /// ready() was called, even when that threw. What it throws is logged. Optional.
    virtual void stop();
};

/// What libNAME.so exports as `mortise_plugin`.
struct PluginEntry {
    std::size_t entry_size;  // of this struct, as the plugin knew it
    const char* abi_tag;
    Plugin* (*create)();
    void (*destroy)(Plugin*);
};

}  // namespace mortise

/// Exports a plugin class; it needs a default constructor.
#define MORTISE_PLUGIN(Class)                                                                              \
    extern "C" {                                                                                           \
    MORTISE_API extern const mortise::PluginEntry mortise_plugin;                                          \
    const mortise::PluginEntry mortise_plugin{sizeof(mortise::PluginEntry), MORTISE_ABI_TAG,               \
                                              []() -> mortise::Plugin* { return new Class; }, /* NOLINT */ \
                                              [](mortise::Plugin* plugin) { delete plugin; }};             \
    }                                                                                                      \
    __attribute__((section(".note.mortise"), used,                                                         \
                   aligned(4))) static const mortise::AbiNote<sizeof(MORTISE_ABI_TAG)>                     \
        mortise_abi_note{.tag = MORTISE_ABI_TAG};
