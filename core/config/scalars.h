// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mortise::config {

inline bool is_digit(char letter) noexcept {
    return letter >= '0' && letter <= '9';
}

/// What an unquoted scalar is by the rules of YAML 1.2's core schema.
enum class PlainKind { null, flag, integer, number, text };
PlainKind plain_kind(std::string_view text) noexcept;

inline constexpr std::int64_t max_integer = (std::int64_t{1} << 53) - 1;  // exact in JSON and JavaScript too
inline constexpr std::chrono::milliseconds max_duration = std::chrono::hours(24 * 3650);
inline constexpr std::uint64_t max_size = std::uint64_t{1} << 53;

/// A unit a duration or a size is written with, and how many milliseconds or bytes it stands for.
struct Unit {
    std::string_view name;
    std::uint64_t factor;
};
std::span<const Unit> duration_units() noexcept;
std::span<const Unit> size_units() noexcept;

/// Decimal without a leading zero or plus, within +-max_integer.
std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;
/// A finite decimal number.
std::optional<double> parse_number(std::string_view text) noexcept;
/// "500ms", "30s", "15m", "1h", "7d": a whole number and one unit, up to max_duration.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;
/// "512B", "500MB", "1MiB": a whole number and one unit, up to max_size.
std::optional<std::uint64_t> parse_size(std::string_view text) noexcept;

/// Written back with the largest unit that divides it: "90s" stays "90s", "60s" becomes "1m".
std::string to_text(std::chrono::milliseconds duration);
std::string size_to_text(std::uint64_t bytes);
/// The shortest decimal that reads back the same, without an exponent where one is not needed.
std::string to_text(double number);

}  // namespace mortise::config
