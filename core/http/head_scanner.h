// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/wire_settings.h"

namespace mortise::http {

/// What a head says about the message around it.
struct Framing {
    int minor_version = 1;
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool expects_continue = false;
    bool unknown_expectation = false;
    bool asks_close = false;
    bool asks_keep_alive = false;
};

/// Looks at a head line by line as its bytes come, refuses what no honest client sends, and finds where the
/// head ends and what follows it. Stricter than Beast's parser, which reads the head after it: Beast lets
/// through folded lines, a missing or second Host, equal lengths sent twice, and unknown transfer codings,
/// which is how requests are smuggled.
class HeadScanner {
public:
    enum class Verdict { more, complete, refused };

    explicit HeadScanner(const WireSettings& settings) noexcept : settings_(&settings) {}

    /// `bytes` begin where the request begins and only grow from call to call, until reset().
    Verdict scan(std::string_view bytes);
    void reset() noexcept { *this = HeadScanner(*settings_); }

    // After `complete`:
    std::size_t start() const noexcept { return start_; }  ///< after empty lines that came before the request
    std::size_t end() const noexcept { return line_; }     ///< after the empty line that ends the head
    const Framing& framing() const noexcept { return framing_; }

    // After `refused`:
    int status() const noexcept { return status_; }
    std::string_view reason() const noexcept { return reason_; }

private:
    bool begins_wrongly(std::string_view bytes);
    bool request_line(std::string_view line);
    bool field(std::string_view line);
    bool framing_field(std::string_view name, std::string_view value);
    bool content_length(std::string_view value);
    Verdict finish();
    bool refuse(int status, std::string_view reason) noexcept;

    const WireSettings* settings_;
    Framing framing_;
    std::size_t start_ = 0;
    std::size_t line_ = 0;      // where the current line starts
    std::size_t searched_ = 0;  // no line feed before this
    std::size_t fields_ = 0;
    int hosts_ = 0;
    int status_ = 0;
    bool has_request_line_ = false;
    bool has_transfer_encoding_ = false;
    std::string_view reason_;
};

}  // namespace mortise::http
