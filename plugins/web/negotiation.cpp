// SPDX-License-Identifier: Apache-2.0
#include "negotiation.h"

#include <system_error>

#include <mortise/text.h>

namespace web {

namespace fs = std::filesystem;

namespace {

// q=0, q=0.0, q=0.00, q=0.000: anything but this.
bool is_refused(std::string_view parameters) noexcept {
    while (!parameters.empty()) {
        const std::string_view parameter = mortise::trim(mortise::take_until(parameters, ';'));
        if (!parameter.starts_with("q=0") && !parameter.starts_with("Q=0")) continue;
        return parameter.find_first_not_of("0.", 2) == std::string_view::npos;
    }
    return false;
}

// Whether a list of "value;q=..." names one of these without refusing it.
bool names(std::string_view list, std::string_view value) noexcept {
    while (!list.empty()) {
        std::string_view item = mortise::take_until(list, ',');
        if (mortise::equals_ignoring_case(mortise::trim(mortise::take_until(item, ';')), value))
            return !is_refused(item);
    }
    return false;
}

}  // namespace

bool accepts_html(std::string_view accept) noexcept {
    return names(accept, "text/html") || names(accept, "application/xhtml+xml");
}

bool wants_gzip(const mortise::Request& request) {
    return names(request.header("accept-encoding"), "gzip") && !request.has_header("x-no-compression");
}

std::optional<fs::path> compressed_beside(const fs::path& file) {
    fs::path smaller = file;
    smaller += ".gz";
    std::error_code fault;
    const fs::file_status status = fs::symlink_status(smaller, fault);
    if (fault || !fs::is_regular_file(status)) return std::nullopt;
    const auto made = fs::last_write_time(smaller, fault);
    if (fault) return std::nullopt;
    const auto changed = fs::last_write_time(file, fault);
    if (fault || made < changed) return std::nullopt;
    return smaller;
}

}  // namespace web
