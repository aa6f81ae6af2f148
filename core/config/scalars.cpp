// SPDX-License-Identifier: Apache-2.0
#include "config/scalars.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace mortise::config {

namespace {

constexpr std::uint64_t kibi = 1024;

constexpr std::array<Unit, 5> all_duration_units{
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

constexpr std::array<Unit, 10> all_size_units{{{"B", 1},
                                               {"kB", 1000},
                                               {"KB", 1000},
                                               {"KiB", kibi},
                                               {"MB", 1'000'000},
                                               {"MiB", kibi* kibi},
                                               {"GB", 1'000'000'000},
                                               {"GiB", kibi* kibi* kibi},
                                               {"TB", 1'000'000'000'000},
                                               {"TiB", kibi* kibi* kibi* kibi}}};

std::string_view without_sign(std::string_view text) noexcept {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    return text;
}

std::string_view skip_digits(std::string_view text) noexcept {
    while (!text.empty() && is_digit(text.front())) text.remove_prefix(1);
    return text;
}

bool all_of_base(std::string_view digits, int base) noexcept {
    return !digits.empty() && std::all_of(digits.begin(), digits.end(), [base](char letter) {
        const char lower = static_cast<char>(letter | 0x20);
        return (is_digit(letter) && letter - '0' < base) || (base == 16 && lower >= 'a' && lower <= 'f');
    });
}

bool is_integer_word(std::string_view text) noexcept {
    if (text.starts_with("0o")) return all_of_base(text.substr(2), 8);
    if (text.starts_with("0x")) return all_of_base(text.substr(2), 16);
    return all_of_base(without_sign(text), 10);
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_decimal_word(std::string_view text) noexcept {
    text = without_sign(text);
    const std::string_view after_whole = skip_digits(text);
    const bool has_whole = after_whole.size() < text.size();
    text = after_whole;
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        const std::string_view after_fraction = skip_digits(text);
        if (!has_whole && after_fraction.size() == text.size()) return false;
        text = after_fraction;
    } else if (!has_whole) {
        return false;
    }
    if (text.empty()) return true;
    if (text.front() != 'e' && text.front() != 'E') return false;
    return all_of_base(without_sign(text.substr(1)), 10);
}

bool is_number_word(std::string_view text) noexcept {
    if (text == ".nan" || text == ".NaN" || text == ".NAN") return true;
    const std::string_view bare = without_sign(text);
    return bare == ".inf" || bare == ".Inf" || bare == ".INF" || is_decimal_word(text);
}

std::optional<std::uint64_t> parse_measure(std::string_view text, std::span<const Unit> units,
                                           std::uint64_t most) noexcept {
    const std::string_view unit_name = skip_digits(text);
    const std::string_view digits = text.substr(0, text.size() - unit_name.size());
    const auto unit =
        std::find_if(units.begin(), units.end(), [&](const Unit& known) { return known.name == unit_name; });
    if (unit == units.end() || digits.empty() || (digits.size() > 1 && digits.front() == '0'))
        return std::nullopt;
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (error != std::errc() || count > most / unit->factor) return std::nullopt;
    return count * unit->factor;
}

std::string measure_to_text(std::uint64_t amount, std::span<const Unit> units) {
    const Unit* best = &units.front();
    for (const Unit& unit : units)
        if (amount % unit.factor == 0 && unit.factor > best->factor) best = &unit;
    return std::to_string(amount / best->factor) + std::string(best->name);
}

}  // namespace

PlainKind plain_kind(std::string_view text) noexcept {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
        return PlainKind::null;
    if (text == "true" || text == "True" || text == "TRUE" || text == "false" || text == "False" ||
        text == "FALSE")
        return PlainKind::flag;
    if (is_integer_word(text)) return PlainKind::integer;
    return is_number_word(text) ? PlainKind::number : PlainKind::text;
}

std::span<const Unit> duration_units() noexcept {
    return all_duration_units;
}
std::span<const Unit> size_units() noexcept {
    return all_size_units;
}

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    if (!all_of_base(digits, 10) || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value > max_integer || value < -max_integer) return std::nullopt;
    return value;
}

std::optional<double> parse_number(std::string_view text) noexcept {
    if (!is_decimal_word(text)) return std::nullopt;
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
    const auto count =
        parse_measure(text, all_duration_units, static_cast<std::uint64_t>(max_duration.count()));
    if (!count) return std::nullopt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(*count));
}

std::optional<std::uint64_t> parse_size(std::string_view text) noexcept {
    return parse_measure(text, all_size_units, max_size);
}

std::string to_text(std::chrono::milliseconds duration) {
    if (duration.count() == 0) return "0s";
    return measure_to_text(static_cast<std::uint64_t>(duration.count()), all_duration_units);
}

std::string size_to_text(std::uint64_t bytes) {
    if (bytes == 0) return "0B";
    return measure_to_text(bytes, all_size_units);
}

std::string to_text(double number) {
    std::array<char, 64> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    return std::string(digits.data(), end);
}

}  // namespace mortise::config
