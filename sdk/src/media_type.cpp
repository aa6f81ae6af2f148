// SPDX-License-Identifier: Apache-2.0
#include <mortise/media_type.h>

#include <algorithm>
#include <array>

#include <mortise/text.h>

namespace mortise {

namespace {

struct Known {
    std::string_view extension;
    std::string_view type;
};

// What web pages and their files are made of. Sorted, for the search.
constexpr std::array known{
    Known{"avif", "image/avif"},
    Known{"css", "text/css; charset=utf-8"},
    Known{"csv", "text/csv; charset=utf-8"},
    Known{"flac", "audio/flac"},
    Known{"gif", "image/gif"},
    Known{"gz", "application/gzip"},
    Known{"htm", "text/html; charset=utf-8"},
    Known{"html", "text/html; charset=utf-8"},
    Known{"ico", "image/vnd.microsoft.icon"},
    Known{"jpeg", "image/jpeg"},
    Known{"jpg", "image/jpeg"},
    Known{"js", "text/javascript; charset=utf-8"},
    Known{"json", "application/json"},
    Known{"m4a", "audio/mp4"},
    Known{"map", "application/json"},
    Known{"md", "text/markdown; charset=utf-8"},
    Known{"mjs", "text/javascript; charset=utf-8"},
    Known{"mp3", "audio/mpeg"},
    Known{"mp4", "video/mp4"},
    Known{"ogg", "audio/ogg"},
    Known{"otf", "font/otf"},
    Known{"pdf", "application/pdf"},
    Known{"png", "image/png"},
    Known{"svg", "image/svg+xml"},
    Known{"ttf", "font/ttf"},
    Known{"txt", "text/plain; charset=utf-8"},
    Known{"wasm", "application/wasm"},
    Known{"wav", "audio/wav"},
    Known{"webm", "video/webm"},
    Known{"webmanifest", "application/manifest+json"},
    Known{"webp", "image/webp"},
    Known{"woff", "font/woff"},
    Known{"woff2", "font/woff2"},
    Known{"xml", "application/xml"},
    Known{"zip", "application/zip"},
};
static_assert(std::is_sorted(known.begin(), known.end(), [](const Known& left, const Known& right) {
    return left.extension < right.extension;
}));

constexpr std::size_t longest_extension = 11;

}  // namespace

std::string_view media_type_of(std::string_view file_name) noexcept {
    constexpr std::string_view unknown = "application/octet-stream";
    const auto slash = file_name.rfind('/');
    if (slash != std::string_view::npos) file_name.remove_prefix(slash + 1);
    const auto dot = file_name.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return unknown;
    file_name.remove_prefix(dot + 1);
    if (file_name.size() > longest_extension) return unknown;

    std::array<char, longest_extension> lower{};
    for (std::size_t place = 0; place < file_name.size(); ++place) lower[place] = to_lower(file_name[place]);
    const std::string_view extension(lower.data(), file_name.size());
    const auto found = std::lower_bound(
        known.begin(), known.end(), extension,
        [](const Known& entry, std::string_view sought) { return entry.extension < sought; });
    return found != known.end() && found->extension == extension ? found->type : unknown;
}

}  // namespace mortise
