// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace mortise::http {

/// What the wire half allows and how long it waits. Read by every loop, changed by none.
struct WireSettings {
    std::size_t max_head_bytes = 16 * 1024;   ///< request line and headers; more is 431
    std::size_t max_target_bytes = 8 * 1024;  ///< more is 414
    std::size_t max_headers = 100;            ///< more is 431
    std::size_t max_connections = 100'000;    ///< over all loops; more get a 503 and are closed

    std::chrono::milliseconds header_timeout{
        10'000};  ///< for a whole head, from its first byte (or the connection's start)
    std::chrono::milliseconds idle_timeout{
        75'000};  ///< between two requests; longer than proxies keep theirs
    std::chrono::milliseconds body_timeout{30'000};   ///< without a byte of the body
    std::chrono::milliseconds write_timeout{30'000};  ///< without the client taking a byte
    std::chrono::milliseconds linger_timeout{2'000};  ///< after a refusal, for the client to read it

    /// An answered request's body that nobody read is swallowed up to here to keep the connection; beyond, it
    /// is closed.
    std::size_t max_swallowed_bytes = 64 * 1024;
    /// What a streamed body may hold in memory, in either direction.
    std::size_t stream_buffer_bytes = 256 * 1024;
    /// Pipelined requests wait while this much of earlier answers is not yet taken.
    std::size_t max_unsent_bytes = 256 * 1024;

    bool compress = true;
    std::size_t compress_from_bytes = 1024;
    /// Bodies of inline answers beyond this are compressed on a worker: 64 kB take a millisecond, which
    /// every other connection of the loop would wait for.
    std::size_t compress_on_loop_up_to_bytes = 64 * 1024;
};

}  // namespace mortise::http
