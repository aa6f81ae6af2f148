// SPDX-License-Identifier: Apache-2.0
// links: config
// A manifest of any bytes is refused with places, or read and described.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/describe.h"
#include "config/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mortise::config;
    Faults faults;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto manifest = read_manifest(text, "plugin.yaml", 0, faults);
    if (manifest.has_value() != faults.empty()) std::abort();
    for (const Fault& fault : faults)
        if (to_string(fault).empty()) std::abort();
    if (!manifest) return 0;
    (void)describe_as_text({*manifest});
    (void)describe_as_markdown({*manifest});
    (void)describe_as_json_schema({*manifest});
    return 0;
}
