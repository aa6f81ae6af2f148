// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mortise::plugin {

/// The bytes of a file, wherever they are: `size` of them; `read` fills the whole span from an offset, or
/// says false. Asked only for ranges within `size`.
struct FileBytes {
    std::uint64_t size = 0;
    std::function<bool(std::uint64_t offset, std::span<char> target)> read;
};

/// The text of the note `.note.mortise` (see <mortise/abi.h>): what the library was built for. Nothing of
/// the file is loaded or run, and no byte of it is trusted.
///
/// Throws PluginFault, one line that begins with `name`: no ELF file, cut short, of another architecture
/// than this server, no shared library, or without the note.
std::string read_abi_tag(const FileBytes& file, std::string_view name);
/// The same for a file on disk; also when it can't be opened.
std::string read_abi_tag(const std::filesystem::path& file);

/// What this server was built for.
std::string_view server_abi_tag();
/// Nothing when the tags agree; else one line naming both sides and what differs.
std::optional<std::string> abi_mismatch(std::string_view name, std::string_view plugin_tag);

}  // namespace mortise::plugin
