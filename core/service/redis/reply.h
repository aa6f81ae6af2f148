// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace mortise::service {

/// What Redis answered.
struct RedisReply {
    struct Nothing {};
    /// "WRONGTYPE Operation against a key …": the first word is the kind.
    struct Failure {
        std::string text;
    };
    using List = std::vector<RedisReply>;

    std::variant<Nothing, std::int64_t, std::string, List, Failure> value;

    const Failure* failure() const { return std::get_if<Failure>(&value); }
    const std::string* text() const { return std::get_if<std::string>(&value); }
    const std::int64_t* number() const { return std::get_if<std::int64_t>(&value); }
    const List* list() const { return std::get_if<List>(&value); }
};

}  // namespace mortise::service
