// SPDX-License-Identifier: Apache-2.0
#include "socket/packet.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <mortise/error.h>
#include <mortise/text.h>

namespace mortise::socket {

namespace {

constexpr std::array<std::string_view, 6> reserved{"connect",       "connect_error", "disconnect",
                                                   "disconnecting", "newListener",   "removeListener"};

// Longer names of namespaces are nobody's, and would be copied into answers.
constexpr std::size_t max_space = 1024;

bool is_binary(PacketType type) noexcept {
    return type == PacketType::binary_event || type == PacketType::binary_ack;
}

bool is_digit(char character) noexcept {
    return character >= '0' && character <= '9';
}

/// Takes the digits at the front; false when they count further than `most`.
bool take_number(std::string_view& rest, std::uint64_t most, std::optional<std::uint64_t>& number) {
    if (rest.empty() || !is_digit(rest.front())) return true;
    std::uint64_t value = 0;
    const auto [end, fault] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (fault != std::errc{} || value > most) return false;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    number = value;
    return true;
}

bool take_type(std::string_view& rest, PacketType& type) {
    if (rest.empty() || rest.front() < '0' || rest.front() > '6') return false;
    type = static_cast<PacketType>(rest.front() - '0');
    rest.remove_prefix(1);
    return true;
}

/// "2-": how many attachments follow.
bool take_attachments(std::string_view& rest, std::size_t& attachments) {
    std::optional<std::uint64_t> number;
    if (!take_number(rest, max_attachments, number) || !number || !rest.starts_with('-')) return false;
    rest.remove_prefix(1);
    attachments = static_cast<std::size_t>(*number);
    return true;
}

/// "/custom,": the comma may be missing at the end.
bool take_space(std::string_view& rest, std::string& space) {
    if (!rest.starts_with('/')) return true;
    const std::string_view name = take_until(rest, ',');
    if (name.size() > max_space) return false;
    space = name;
    return true;
}

bool read_data(std::string_view text, Json& data) {
    try {
        data = parse_json(text);
        return true;
    } catch (const Error&) {
        return false;
    }
}

bool is_event(const Json& data) {
    if (!data.is_array() || data.get_array().empty()) return false;
    const Json& name = data.get_array().front();
    if (name.is_string()) return !is_reserved_event(name.get_string());
    return name.is_number();
}

/// Whether the data and the id are what this type has.
bool has_shape(const Packet& packet, bool has_data) {
    switch (packet.type) {
        case PacketType::connect:
            return !packet.id && (!has_data || packet.data.is_object());
        case PacketType::disconnect:
            return !packet.id && !has_data;
        case PacketType::connect_error:
            return !packet.id && (packet.data.is_string() || packet.data.is_object());
        case PacketType::event:
        case PacketType::binary_event:
            return is_event(packet.data);
        case PacketType::ack:
        case PacketType::binary_ack:
            return packet.id && packet.data.is_array();
    }
    return false;
}

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits;
    out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

}  // namespace

std::optional<Packet> read_packet(std::string_view text) {
    Packet packet;
    if (!take_type(text, packet.type)) return std::nullopt;
    if (is_binary(packet.type) && !take_attachments(text, packet.attachments)) return std::nullopt;
    if (!take_space(text, packet.space) || !take_number(text, max_packet_id, packet.id)) return std::nullopt;
    const bool has_data = !text.empty();
    if (has_data && !read_data(text, packet.data)) return std::nullopt;
    if (!has_shape(packet, has_data)) return std::nullopt;
    return packet;
}

void move_query_to_data(Packet& connect) {
    const auto mark = connect.space.find('?');
    if (mark == std::string::npos) return;
    JsonObject query;
    for (const auto& [name, value] : parse_form(std::string_view(connect.space).substr(mark + 1)))
        if (is_utf8(name) && is_utf8(value)) query[name] = value;
    connect.space.resize(mark);
    connect.data = std::move(query);
}

bool is_reserved_event(std::string_view event) noexcept {
    return std::ranges::find(reserved, event) != reserved.end();
}

void append_packet(std::string& out, PacketType type, std::string_view space, std::optional<std::uint64_t> id,
                   std::string_view json, std::size_t attachments) {
    out += static_cast<char>('0' + static_cast<int>(type));
    if (is_binary(type)) {
        append_number(out, attachments);
        out += '-';
    }
    if (space != "/" && !space.empty()) {
        out += space;
        out += ',';
    }
    if (id) append_number(out, *id);
    out += json;
}

std::string write_packet(PacketType type, std::string_view space, std::optional<std::uint64_t> id,
                         std::string_view json, std::size_t attachments) {
    constexpr std::size_t most_around = 1 + 21 + 1 + 20;
    std::string out;
    out.reserve(most_around + space.size() + json.size());
    append_packet(out, type, space, id, json, attachments);
    return out;
}

}  // namespace mortise::socket
