// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

struct magic_set;

namespace uploads {

/// Finds a file's type in its first bytes, by libmagic, and judges it. Every thread may ask.
class ContentTypes {
public:
    /// `allowed` are types; a '*' at the end stands for anything.
    explicit ContentTypes(std::vector<std::string> allowed) : allowed_(std::move(allowed)) {}

    /// Loads libmagic's database; throws std::runtime_error when there is none.
    void open();

    /// The bytes looked at; the rest of a file makes no difference.
    static constexpr std::size_t front_bytes = 16 * 1024;
    /// The type of a file that begins with these. Throws Error(unsupported_media_type) when it is not
    /// allowed, or when the client claims another; a claim of "application/octet-stream" or none is no claim.
    std::string judge(std::string_view front, std::string_view claimed) const;

private:
    std::string find(std::string_view front) const;
    bool is_allowed(std::string_view type) const;

    struct Close {
        void operator()(magic_set* cookie) const;
    };
    const std::vector<std::string> allowed_;
    mutable std::mutex mutex_;  // a cookie keeps its last result inside: one thread at a time
    std::unique_ptr<magic_set, Close> cookie_;
};

/// Whether a browser may show the type in its own window: none that can carry a script.
bool is_harmless(std::string_view type);

}  // namespace uploads
