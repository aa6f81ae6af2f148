// SPDX-License-Identifier: Apache-2.0
#include <string_view>
#include <vector>

#include "app/command.h"
#include "app/commands.h"
#include "app/signals.h"
#include "plugin/trial.h"

int main(int count, char** words) {
    using namespace mortise;
    if (count > 1 && words[1] == plugin::trial_command)
        return plugin::run_trial({words + 2, static_cast<std::size_t>(count - 2)});
    app::hold_signals();
    return app::run_command(app::all_commands(), {words + 1, words + count});
}
