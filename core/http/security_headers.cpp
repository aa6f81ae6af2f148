// SPDX-License-Identifier: Apache-2.0
#include "http/security_headers.h"

#include <algorithm>

namespace mortise::http {

SecurityHeaders::SecurityHeaders(const SecuritySettings& settings) {
    const auto add = [this](std::string name, const std::string& value) {
        std::string text = name + ": " + value + "\r\n";
        all_ += text;
        lines_.push_back({std::move(name), std::move(text)});
    };
    add("X-Content-Type-Options", "nosniff");
    if (settings.frame_options) {
        add("X-Frame-Options", "DENY");
        add("Content-Security-Policy", "frame-ancestors 'none'");
    }
    add("Referrer-Policy", "no-referrer");
    add("Cross-Origin-Opener-Policy", "same-origin");
    add("Cross-Origin-Resource-Policy", "same-site");
    if (settings.hsts.count() > 0)
        secure_line_ = "Strict-Transport-Security: max-age=" + std::to_string(settings.hsts.count()) + "\r\n";
}

void SecurityHeaders::append_lines(std::string& lines, const Response& response, bool is_secure) const {
    // The shortest of these names has fifteen letters; what handlers usually set is shorter.
    const bool may_overlap = std::any_of(response.headers().begin(), response.headers().end(),
                                         [](const auto& header) { return header.first.size() >= 15; });
    if (!may_overlap) {
        lines += all_;
    } else {
        for (const Line& line : lines_)
            if (response.header(line.name) == nullptr) lines += line.text;
    }
    if (is_secure) lines += secure_line_;
}

}  // namespace mortise::http
