// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mortise::app {

/// Takes SIGTERM, SIGINT, SIGHUP and SIGUSR1 away from every thread made after this, so that only
/// wait_for_signal() sees them, and lets writes to closed sockets fail instead of killing the process.
/// First thing in main().
void hold_signals();
/// Gives signals back to a child process before it becomes another program.
void release_signals();
/// The next of the held signals. Blocks.
int wait_for_signal();

}  // namespace mortise::app
