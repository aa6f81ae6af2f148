// SPDX-License-Identifier: Apache-2.0
#include <cstddef>

#include "plugin/trial.h"

int main(int count, char** arguments) {
    if (count < 2 || arguments[1] != mortise::plugin::trial_command) return 2;
    return mortise::plugin::run_trial({arguments + 2, static_cast<std::size_t>(count) - 2});
}
