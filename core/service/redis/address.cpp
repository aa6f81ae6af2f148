// SPDX-License-Identifier: Apache-2.0
#include "service/redis/address.h"

#include <charconv>
#include <stdexcept>
#include <utility>

#include <mortise/text.h>

namespace mortise::service {

namespace {

[[noreturn]] void refuse(const char* what) {
    throw std::invalid_argument(std::string("redis.url: ") + what);
}

std::string decoded(std::string_view text) {
    auto plain = percent_decode(text);
    if (!plain) refuse("% is followed by two hexadecimal digits");
    return *std::move(plain);
}

template <class Number>
Number number_in(std::string_view text, const char* what) {
    Number number{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size()) refuse(what);
    return number;
}

int database_in(std::string_view text) {
    const int database = number_in<int>(text, "the database is a number from 0");
    if (database < 0) refuse("the database is a number from 0");
    return database;
}

void read_parameters(std::string_view rest, RedisAddress& address) {
    while (!rest.empty()) {
        std::string_view parameter = take_until(rest, '&');
        if (parameter.find('=') == parameter.npos) refuse("a parameter is name=value");
        const std::string_view name = take_until(parameter, '=');
        if (name == "database" || name == "db") {
            address.database = database_in(parameter);
        } else if (name == "user") {
            address.user = decoded(parameter);
        } else if (name == "password") {
            address.password = decoded(parameter);
        } else {
            refuse("the parameters are database, user and password");
        }
    }
}

void read_host(std::string_view text, RedisAddress& address) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == text.npos) refuse("an IPv6 address ends with ]");
        address.host = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
        if (!text.empty() && text.front() != ':') refuse("after ] comes a port or nothing");
        if (!text.empty()) text.remove_prefix(1);
    } else {
        address.host = take_until(text, ':');
    }
    if (address.host.empty()) refuse("the host is missing");
    if (!text.empty()) address.port = number_in<std::uint16_t>(text, "the port is a number up to 65535");
    if (address.port == 0) refuse("the port is a number from 1");
}

void read_server(std::string_view rest, RedisAddress& address) {
    std::string_view place = rest.substr(0, rest.find('?'));
    if (place.size() < rest.size()) read_parameters(rest.substr(place.size() + 1), address);
    // Up to the last @: a password that was not encoded may hold any character.
    if (const std::size_t at = place.rfind('@'); at != place.npos) {
        std::string_view password = place.substr(0, at);
        if (password.find(':') == password.npos) refuse("before @ stands user:password or :password");
        address.user = decoded(take_until(password, ':'));
        address.password = decoded(password);
        place.remove_prefix(at + 1);
    }
    const std::string_view host = take_until(place, '/');
    if (!place.empty()) address.database = database_in(place);
    read_host(host, address);
}

void read_path(std::string_view rest, RedisAddress& address) {
    if (rest.starts_with("//")) rest.remove_prefix(2);
    const std::string_view path = rest.substr(0, rest.find('?'));
    if (!path.starts_with('/') || path.size() == 1) refuse("unix: is followed by an absolute path");
    address.path = path;
    if (path.size() < rest.size()) read_parameters(rest.substr(path.size() + 1), address);
}

}  // namespace

RedisAddress RedisAddress::parse(std::string_view url) {
    RedisAddress address;
    std::string_view rest = url;
    const auto takes = [&](std::string_view scheme) {
        if (!rest.starts_with(scheme)) return false;
        rest.remove_prefix(scheme.size());
        return true;
    };
    if (takes("unix:")) {
        read_path(rest, address);
    } else if (takes("rediss://")) {
        address.tls = true;
        read_server(rest, address);
    } else if (takes("redis://")) {
        read_server(rest, address);
    } else {
        refuse("it begins with redis://, rediss:// or unix:/");
    }
    if (!address.user.empty() && address.password.empty()) refuse("a user needs a password");
    return address;
}

std::string RedisAddress::shown() const {
    if (!path.empty()) return path;
    const std::string name = host.find(':') == host.npos ? host : '[' + host + ']';
    return name + ':' + std::to_string(port) + '/' + std::to_string(database);
}

}  // namespace mortise::service
