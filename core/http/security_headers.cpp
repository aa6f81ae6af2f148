// SPDX-License-Identifier: Apache-2.0
#include "http/security_headers.h"

namespace mortise::http {

SecurityHeaders::SecurityHeaders(const SecuritySettings& settings) {
    if (!settings.enabled) return;
    const auto add = [this](std::string name, const std::string& value) {
        if (value.empty()) return;
        std::string text = name + ": " + value + "\r\n";
        all_ += text;
        lines_.push_back({std::move(name), std::move(text)});
    };
    add("X-Content-Type-Options", "nosniff");
    add("X-Frame-Options", settings.frame_options);
    add("Content-Security-Policy", settings.content_security_policy);
    add("Referrer-Policy", settings.referrer_policy);
    add("Cross-Origin-Opener-Policy", "same-origin");
    add("Cross-Origin-Resource-Policy", "same-site");
    if (settings.hsts.count() > 0)
        secure_line_ = "Strict-Transport-Security: max-age=" + std::to_string(settings.hsts.count()) + "\r\n";
}

void SecurityHeaders::append_lines(std::string& lines, const Response& response, bool may_overlap,
                                   bool is_secure) const {
    if (!may_overlap) {
        lines += all_;
    } else {
        for (const Line& line : lines_)
            if (response.header(line.name) == nullptr) lines += line.text;
    }
    if (is_secure) lines += secure_line_;
}

}  // namespace mortise::http
