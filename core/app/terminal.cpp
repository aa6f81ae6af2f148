// SPDX-License-Identifier: Apache-2.0
#include "app/terminal.h"

#include <unistd.h>
#include <cstdlib>

namespace mortise::app {

namespace {

bool has_colours() {
    static const bool yes =
        ::isatty(STDOUT_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
    return yes;
}

std::string in(const char* style, const std::string& text) {
    return has_colours() ? std::string(style) + text + "\x1b[0m" : text;
}

}  // namespace

std::string bold(const std::string& text) {
    return in("\x1b[1m", text);
}
std::string red(const std::string& text) {
    return in("\x1b[31m", text);
}
std::string dim(const std::string& text) {
    return in("\x1b[2m", text);
}

}  // namespace mortise::app
