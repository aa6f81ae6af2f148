// SPDX-License-Identifier: Apache-2.0
#include "password_hash.h"

#include <crypt.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <new>
#include <optional>

namespace auth {

namespace {

// A stored hash names its own price; one that was slipped in must not cost gigabytes or minutes.
// The options of plugin.yaml stay within these.
constexpr std::uint64_t most_memory_kib = 256 * 1024;
constexpr std::uint64_t most_memory_times_passes_kib = 1024 * 1024;
constexpr std::uint64_t most_lanes = 8;
constexpr std::uint64_t most_bcrypt_cost = 14;  // 0.8 s

constexpr std::string_view argon2id_prefix = "$argon2id$v=19$m=";
constexpr std::size_t bcrypt_size = 60;

bool take(std::string_view& rest, std::string_view word) {
    if (!rest.starts_with(word)) return false;
    rest.remove_prefix(word.size());
    return true;
}

std::optional<std::uint64_t> take_number(std::string_view& rest) {
    std::uint64_t number = 0;
    const auto [end, fault] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (fault != std::errc{}) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return number;
}

bool is_affordable_argon2id(std::string_view stored) {
    if (stored.size() >= crypto_pwhash_STRBYTES || !take(stored, argon2id_prefix)) return false;
    const auto memory_kib = take_number(stored);
    if (!memory_kib || !take(stored, ",t=")) return false;
    const auto passes = take_number(stored);
    if (!passes || !take(stored, ",p=")) return false;
    const auto lanes = take_number(stored);
    return lanes && take(stored, "$") && *memory_kib <= most_memory_kib && *lanes <= most_lanes &&
           *passes <= most_memory_times_passes_kib / std::max<std::uint64_t>(*memory_kib, 1);
}

bool is_affordable_bcrypt(std::string_view stored) {
    constexpr std::string_view letters = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    if (stored.size() != bcrypt_size) return false;
    if (!take(stored, "$2a$") && !take(stored, "$2b$") && !take(stored, "$2y$")) return false;
    const auto cost = take_number(stored);
    return cost && *cost <= most_bcrypt_cost && take(stored, "$") &&
           stored.find_first_not_of(letters) == std::string_view::npos;
}

bool matches_bcrypt(std::string_view password, const std::string& stored) {
    // crypt_r() reads up to the first NUL: the rest would not count.
    if (password.find('\0') != std::string_view::npos) return false;
    const auto data = std::make_unique<crypt_data>();
    const std::string terminated(password);
    const char* const computed = ::crypt_r(terminated.c_str(), stored.c_str(), data.get());
    const bool matches = computed != nullptr && std::string_view(computed).size() == stored.size() &&
                         sodium_memcmp(computed, stored.data(), stored.size()) == 0;
    sodium_memzero(data.get(), sizeof *data);
    return matches;
}

}  // namespace

std::string hash_password(std::string_view password, const HashCost& cost) {
    std::array<char, crypto_pwhash_STRBYTES> text{};
    if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), cost.passes, cost.memory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::bad_alloc();
    return text.data();
}

bool matches_password(std::string_view password, const std::string& stored) {
    if (is_affordable_argon2id(stored))
        return crypto_pwhash_str_verify(stored.c_str(), password.data(), password.size()) == 0;
    return is_affordable_bcrypt(stored) && matches_bcrypt(password, stored);
}

bool is_outdated(const std::string& stored, const HashCost& cost) {
    return !is_affordable_argon2id(stored) ||
           crypto_pwhash_str_needs_rehash(stored.c_str(), cost.passes, cost.memory) != 0;
}

}  // namespace auth
