// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <mortise/response.h>

namespace mortise::http {

/// An empty text leaves its header out.
struct SecuritySettings {
    bool enabled = true;
    std::string content_security_policy = "frame-ancestors 'none'";
    std::string referrer_policy = "no-referrer";
    std::string frame_options = "DENY";
    std::chrono::seconds hsts = std::chrono::hours(24 * 365);  ///< zero: no Strict-Transport-Security
};

/// No name of theirs is shorter; most answers have no header of their own that long.
inline constexpr std::size_t shortest_security_name = 15;

/// The headers that tell browsers to be careful. What a handler set itself stays as it is.
class SecurityHeaders {
public:
    explicit SecurityHeaders(const SecuritySettings& settings = {});

    /// `may_overlap`: whether the response has a header of its own with a name as long as these.
    void append_lines(std::string& lines, const Response& response, bool may_overlap, bool is_secure) const;

private:
    struct Line {
        std::string name;
        std::string text;  // the whole line
    };

    std::vector<Line> lines_;
    std::string all_;  // every line: nearly every answer takes just this
    std::string secure_line_;
};

}  // namespace mortise::http
