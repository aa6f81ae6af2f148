// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include <mortise/options.h>

namespace mortise {

/// One value of Options, as the server makes it. Plugins read options and need not know this header.
struct OptionValue {
    struct Secret {
        std::string text;
        bool operator==(const Secret&) const = default;
    };
    struct Size {
        std::uint64_t bytes;
        bool operator==(const Size&) const = default;
    };
    /// Empty: declared, but neither given nor defaulted.
    using Kinds = std::variant<std::monostate, std::string, Secret, std::int64_t, double, bool,
                               std::chrono::milliseconds, Size, std::vector<std::string>,
                               std::vector<std::int64_t>, Options, std::vector<Options>,
                               Options::Map<Options>, Options::Map<std::string>, Options::Map<std::int64_t>>;

    Kinds value;

    bool operator==(const OptionValue&) const = default;
};

}  // namespace mortise
