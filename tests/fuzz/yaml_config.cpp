// SPDX-License-Identifier: Apache-2.0
// links: config
// A configuration of any bytes is refused with places or read; never more, never less.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "config/configuration.h"
#include "config/show.h"

namespace {

using namespace mortise::config;

constexpr std::string_view manifest = R"(
name: sample
version: 1.0.0
sdk: 1
summary: Has an option of every type.
options:
  text: { type: text, default: Hello, max_length: 40, format: path, about: A. }
  word: { type: text, values: [off, on], default: off, about: A. }
  secret: { type: secret, about: A. }
  integer: { type: integer, min: 1, max: 9, auto: true, about: A. }
  number: { type: number, min: 0.5, about: A. }
  flag: { type: flag, default: true, about: A. }
  duration: { type: duration, default: 5s, max: 1h, about: A. }
  size: { type: size, default: 1MiB, about: A. }
  texts: { type: texts, format: network, max_items: 3, about: A. }
  integers: { type: integers, min: 0, about: A. }
  group: { type: group, about: A., options: { inner: { type: text, required: true, about: A. } } }
  groups: { type: groups, about: A., options: { inner: { type: flag, about: A. } } }
  entries:
    type: entries
    about: A.
    default: { general: { limit: 5 } }
    options: { limit: { type: integer, required: true, about: A. } }
  text_entries: { type: text_entries, key_format: http_path, about: A. }
  integer_entries: { type: integer_entries, about: A. }
)";

Environment small_world() {
    Environment world = Environment::empty();
    world.variable = [](const std::string& name) -> std::optional<std::string> {
        if (name.size() > 4) return std::nullopt;
        return "5s";
    };
    world.read = [](const std::filesystem::path& path, std::size_t) -> std::string {
        if (path.filename() == "plugin.yaml") return std::string(manifest);
        if (path.extension() == ".yaml") return "include: [b.yaml]\nserver: { drain: 5s }\n";
        throw std::runtime_error("there is no such file");
    };
    world.is_file = [](const std::filesystem::path& path) { return path == "plugins/sample/plugin.yaml"; };
    world.match = [](const std::filesystem::path& pattern) -> std::vector<std::filesystem::path> {
        if (pattern.extension() == ".yaml") return {"a.yaml"};
        return {};
    };
    world.folders = [](const std::filesystem::path&) { return std::vector<std::string>{"sample"}; };
    return world;
}

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Environment world = small_world();
    const std::string text(reinterpret_cast<const char*>(data), size);
    const Loaded loaded = load({{"fuzz.yaml", text}}, world, {"plugins"});
    require(loaded.configuration.has_value() == loaded.faults.empty());
    for (const Fault& fault : loaded.faults) {
        require(fault.place.line >= 1 && fault.place.column >= 1 && !fault.text.empty());
        (void)to_string(fault);
    }
    // What is shown reads back as the same, as far as nothing in it is masked.
    if (!loaded.configuration) return 0;
    const std::string shown = show(*loaded.configuration);
    if (shown.find("***") != std::string::npos) return 0;
    const Loaded again = load({{"shown.yaml", shown}}, world, {"plugins"});
    require(again.configuration && changes_between(*loaded.configuration, *again.configuration).empty());
    return 0;
}
