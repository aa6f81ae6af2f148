// SPDX-License-Identifier: Apache-2.0
#include "config/formats.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "config/patterns.h"
#include "config/scalars.h"

namespace mortise::config {

namespace {

bool is_letter(char letter) noexcept {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

bool is_path(std::string_view text) noexcept {
    return !text.empty();
}

bool is_identifier(std::string_view text) noexcept {
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
           std::all_of(text.begin(), text.end(), [](char letter) {
               return (letter >= 'a' && letter <= 'z') || is_digit(letter) || letter == '_' || letter == '-';
           });
}

bool is_http_path(std::string_view text) noexcept {
    return text.starts_with('/') && std::all_of(text.begin(), text.end(), [](char letter) {
               return letter > ' ' && letter <= '~' && letter != '?' && letter != '#';
           });
}

bool has_blank(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(), [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return byte <= ' ' || byte == 0x7f;
    });
}

bool is_url(std::string_view text) noexcept {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size() || has_blank(text))
        return false;
    const std::string_view scheme = text.substr(0, colon);
    return scheme.front() >= 'a' && scheme.front() <= 'z' &&
           std::all_of(scheme.begin(), scheme.end(), [](char letter) {
               return (letter >= 'a' && letter <= 'z') || is_digit(letter) || letter == '+' ||
                      letter == '.' || letter == '-';
           });
}

// major.minor.patch and, after - or +, more
bool is_version(std::string_view text) noexcept {
    const std::string_view numbers = text.substr(0, text.find_first_of("-+"));
    const std::string_view suffix = text.substr(numbers.size());
    int parts = 0;
    for (std::size_t start = 0; start <= numbers.size(); ++parts) {
        const std::size_t end = std::min(numbers.find('.', start), numbers.size());
        if (end == start || !std::all_of(numbers.begin() + static_cast<std::ptrdiff_t>(start),
                                         numbers.begin() + static_cast<std::ptrdiff_t>(end), is_digit))
            return false;
        start = end + 1;
    }
    return parts == 3 && suffix.size() != 1 && std::all_of(suffix.begin(), suffix.end(), [](char letter) {
               return is_letter(letter) || is_digit(letter) || letter == '.' || letter == '-' ||
                      letter == '+';
           });
}

template <typename Address>
bool is_address_of(int family, std::string_view text) noexcept {
    std::array<char, 64> copy{};
    if (text.empty() || text.size() >= copy.size()) return false;
    std::copy(text.begin(), text.end(), copy.begin());
    Address parsed{};
    return inet_pton(family, copy.data(), &parsed) == 1;
}

bool is_ipv4(std::string_view text) noexcept {
    return is_address_of<in_addr>(AF_INET, text);
}

// Without the dotted ending: an IPv4 address is written as one.
bool is_ipv6(std::string_view text) noexcept {
    return text.find('.') == std::string_view::npos && is_address_of<in6_addr>(AF_INET6, text);
}

bool is_count_up_to(std::string_view text, std::int64_t most) noexcept {
    const auto value = parse_integer(text);
    return value && *value >= 0 && *value <= most && !text.starts_with('-');
}

bool is_network(std::string_view text) noexcept {
    const std::size_t slash = text.find('/');
    const std::string_view address = text.substr(0, slash);
    const bool is_v4 = is_ipv4(address);
    if (!is_v4 && !is_ipv6(address)) return false;
    return slash == std::string_view::npos || is_count_up_to(text.substr(slash + 1), is_v4 ? 32 : 128);
}

bool is_host_name(std::string_view text) noexcept {
    const auto is_inner = [](char letter) {
        return is_letter(letter) || is_digit(letter) || letter == '.' || letter == '-';
    };
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_inner)) return false;
    const auto is_end = [](char letter) { return is_letter(letter) || is_digit(letter); };
    // Digits and dots alone would be an IPv4 address with a mistake in it.
    return is_end(text.front()) && is_end(text.back()) &&
           std::any_of(text.begin(), text.end(),
                       [](char letter) { return is_letter(letter) || letter == '-'; });
}

bool is_host(std::string_view text) noexcept {
    if (text.starts_with('[')) return text.ends_with(']') && is_ipv6(text.substr(1, text.size() - 2));
    return is_ipv4(text) || is_host_name(text);
}

bool is_address(std::string_view text) noexcept {
    const std::size_t colon = text.rfind(':');
    return colon != std::string_view::npos && is_host(text.substr(0, colon)) &&
           is_count_up_to(text.substr(colon + 1), 65535);
}

bool is_origin(std::string_view text) noexcept {
    if (text.starts_with("http://"))
        text.remove_prefix(7);
    else if (text.starts_with("https://"))
        text.remove_prefix(8);
    else
        return false;
    return is_host(text) || is_address(text);
}

const std::string& ipv4_pattern() {
    static const std::string octet = "(?:" + pattern_of_range(0, 255) + ")";
    static const std::string all = octet + "(?:\\." + octet + "){3}";
    return all;
}

const std::string& ipv6_pattern() {
    static const std::string all = [] {
        const std::string part = "[0-9A-Fa-f]{1,4}";
        const std::string before = part + ":";
        const std::string after = "(?::" + part + ")";
        const auto shortened_after = [&](int heads) {
            return "|(?:" + before + "){1," + std::to_string(heads) + "}" + after + "{1," +
                   std::to_string(7 - heads) + "}";
        };
        std::string any = "(?:" + before + "){7}" + part + "|(?:" + before + "){1,7}:";
        for (int heads = 6; heads >= 1; --heads) any += shortened_after(heads);
        return any + "|:(?:" + after + "{1,7}|:)";
    }();
    return all;
}

std::string host_pattern() {
    return "(?:" + ipv4_pattern() + "|\\[(?:" + ipv6_pattern() +
           ")\\]|(?![0-9.]*(?::|$))[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)";
}

std::string address_pattern() {
    return host_pattern() + ":(?:" + pattern_of_range(0, 65535) + ")";
}

std::string origin_pattern() {
    return "https?://" + host_pattern() + "(?::(?:" + pattern_of_range(0, 65535) + "))?";
}

std::string network_pattern() {
    return "(?:" + ipv4_pattern() + ")(?:/(?:" + pattern_of_range(0, 32) + "))?|(?:" + ipv6_pattern() +
           ")(?:/(?:" + pattern_of_range(0, 128) + "))?";
}

struct FormatRow {
    Format format;
    std::string_view name;
    std::string_view example;
    bool (*matches)(std::string_view) noexcept;
    std::string (*pattern)();  // accepts exactly what `matches` accepts
};

constexpr std::array rows{
    FormatRow{Format::identifier, "identifier", "small letters, digits, _ and -, such as send_message",
              is_identifier, [] { return std::string("[a-z][a-z0-9_-]*"); }},
    FormatRow{Format::path, "path", "a path that is not empty", is_path,
              [] { return std::string("[\\s\\S]+"); }},
    FormatRow{Format::url, "url", "a URL such as https://example.org/feed", is_url,
              [] { return std::string("[a-z][a-z0-9+.-]*:[^\\u0000-\\u0020\\u007f]+"); }},
    FormatRow{Format::origin, "origin", "an origin such as https://app.example.org", is_origin,
              origin_pattern},
    FormatRow{Format::http_path, "http_path", "a path such as /api/v1", is_http_path,
              [] { return std::string("/[!\"$->@-~]*"); }},
    FormatRow{Format::address, "address", "host:port such as 127.0.0.1:8080 or [::1]:8080", is_address,
              address_pattern},
    FormatRow{Format::version, "version", "a version such as 1.4.2 or 2.0.0-beta.1", is_version,
              [] { return std::string("[0-9]+\\.[0-9]+\\.[0-9]+(?:[-+][0-9A-Za-z.+-]+)?"); }},
    FormatRow{Format::network, "network", "an address or network such as 10.0.0.0/8 or ::1", is_network,
              network_pattern},
};

const FormatRow& row_of(Format format) noexcept {
    return rows[static_cast<std::size_t>(format)];
}

}  // namespace

std::optional<Format> format_named(std::string_view name) noexcept {
    for (const FormatRow& row : rows)
        if (row.name == name) return row.format;
    return std::nullopt;
}

std::string_view name_of(Format format) noexcept {
    return row_of(format).name;
}

std::vector<std::string_view> format_names() {
    std::vector<std::string_view> names;
    names.reserve(std::size(rows));
    for (const FormatRow& row : rows) names.push_back(row.name);
    return names;
}

std::string_view example_of(Format format) noexcept {
    return row_of(format).example;
}

bool matches(Format format, std::string_view text) noexcept {
    return row_of(format).matches(text);
}

std::string pattern_of(Format format) {
    return row_of(format).pattern();
}

namespace {

// postgresql://host/db?user=app&password=... is a password too.
std::string without_password_parameters(std::string url) {
    for (std::size_t at = url.find('?'); at != std::string::npos; at = url.find('&', at)) {
        ++at;
        if (url.compare(at, 9, "password=") != 0) continue;
        const std::size_t end = std::min(url.find_first_of("&#", at), url.size());
        url.replace(at + 9, end - at - 9, "***");
    }
    return url;
}

}  // namespace

std::string without_password(std::string_view url) {
    const std::size_t slashes = url.find("://");
    if (slashes == std::string_view::npos) return without_password_parameters(std::string(url));
    // Up to the last @ of all: a password that was not escaped may have any character in it.
    const std::size_t at = url.rfind('@');
    const std::size_t colon = url.find(':', slashes + 3);
    if (at == std::string_view::npos || colon >= at) return without_password_parameters(std::string(url));
    return without_password_parameters(std::string(url.substr(0, colon + 1)) + "***" +
                                       std::string(url.substr(at)));
}

}  // namespace mortise::config
