// SPDX-License-Identifier: Apache-2.0
// links: plugin
// A file that claims to be a plugin, read for its note.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "plugin/elf_note.h"
#include "plugin/fault.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const mortise::plugin::FileBytes file{size, [&](std::uint64_t offset, std::span<char> target) {
                                              if (offset > size || target.size() > size - offset)
                                                  std::abort();
                                              if (!target.empty())
                                                  std::memcpy(target.data(), data + offset, target.size());
                                              return true;
                                          }};
    try {
        const std::string tag = mortise::plugin::read_abi_tag(file, "fuzzed.so");
        for (const char c : tag)
            if (c < ' ' || c > '~') std::abort();
        (void)mortise::plugin::abi_mismatch("fuzzed.so", tag);
    } catch (const mortise::plugin::PluginFault& fault) {
        if (std::strchr(fault.what(), '\n') != nullptr) std::abort();
    }
    return 0;
}
