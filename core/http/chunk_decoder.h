// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mortise::http {

/// Takes a chunked body (RFC 9112 section 7.1) apart as its bytes come. Every line ends in CR LF, sizes are
/// bare hex digits, extensions are passed over, trailers are checked and dropped.
class ChunkDecoder {
public:
    enum class State { more, end, broken };

    /// Uses the front of `bytes` and appends what it holds to `body`; `used` tells how much. What was not
    /// used, the front of a line that is not whole yet, has to come again with the bytes that follow.
    State decode(std::string_view bytes, std::string& body, std::size_t& used);
    void reset() noexcept { *this = ChunkDecoder(); }

private:
    enum class Step : std::uint8_t { size, data, data_end, trailer, end };

    bool size_line(std::string_view line) noexcept;
    bool trailer_line(std::string_view line) noexcept;

    std::uint64_t left_ = 0;  // of this chunk's data
    Step step_ = Step::size;
};

}  // namespace mortise::http
