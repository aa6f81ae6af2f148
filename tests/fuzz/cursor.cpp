// SPDX-License-Identifier: Apache-2.0
// A list's cursor, as a client may send it. The first byte says how many values the list sorts by.
// links: mortise-sdk
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <mortise/error.h>
#include <mortise/page.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t values = data[0] % 4;
    const std::string_view cursor(reinterpret_cast<const char*>(data) + 1, size - 1);
    try {
        const mortise::JsonArray decoded = mortise::decode_cursor(cursor, values);
        if (decoded.size() != values) std::abort();
        // What was accepted must survive the way out and in again (1.0 goes out as 1).
        const std::string again = mortise::encode_cursor(decoded);
        if (mortise::encode_cursor(mortise::decode_cursor(again, values)) != again) std::abort();
    } catch (const mortise::Error& fault) {
        const bool is_told = fault.code() == mortise::Code::unprocessable && fault.faults().size() == 1 &&
                             fault.faults().front().pointer == "query:cursor";
        if (!is_told) std::abort();
    }
    return 0;
}
