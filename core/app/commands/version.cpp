// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include <mortise/abi.h>

#include "app/commands.h"

namespace mortise::app {

namespace {

int version(const Invocation&) {
    std::cout << "mortise " MORTISE_VERSION "\nplugin ABI: " MORTISE_ABI_TAG "\n";
    return success;
}

}  // namespace

Command version_command() {
    return {"version", "", "Prints the version, and what plugins must be built for.", {}, version};
}

}  // namespace mortise::app
