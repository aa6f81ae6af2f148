// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "service/redis/reply.h"

namespace mortise::service {

using RedisWords = std::span<const std::string_view>;

/// Appends a command as Redis reads it; the words are bytes of any kind.
void append_command(std::string& bytes, RedisWords words);

/// Reads replies by Poco::Redis, which takes a value that was cut off for a whole one, filled up with blanks:
/// here whoever fetches the bytes throws when there are no more, and so does read().
class RedisReader {
public:
    /// Puts at least one byte into the room it is given and returns how many; throws when it can't.
    using Fetch = std::function<std::size_t(std::span<char> room)>;

    explicit RedisReader(Fetch fetch);
    ~RedisReader();

    /// The next reply, waited for. What `fetch` throws, and std::runtime_error for what is no reply; after
    /// either nothing more can be read. An empty list and none look alike to Poco: both are an empty list.
    RedisReply read();
    /// Whether bytes of another reply have been fetched already.
    bool has_more() const;

private:
    class Bytes;
    class Stream;
    std::unique_ptr<Bytes> bytes_;
    std::unique_ptr<Stream> stream_;
};

}  // namespace mortise::service
