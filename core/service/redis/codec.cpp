// SPDX-License-Identifier: Apache-2.0
#include "service/redis/codec.h"

#include <Poco/Redis/Array.h>
#include <Poco/Redis/Error.h>
#include <Poco/Redis/RedisStream.h>

#include <array>
#include <stdexcept>
#include <streambuf>
#include <utility>

namespace mortise::service {

namespace {

namespace redis = Poco::Redis;

// Poco's own way to write a command copies each value six times.
void append_length(std::string& bytes, char marker, std::size_t length) {
    bytes += marker;
    bytes += std::to_string(length);
    bytes += "\r\n";
}

template <class Value>
Value& content(redis::RedisType& type) {
    return static_cast<redis::Type<Value>&>(type).value();
}

RedisReply converted(redis::RedisType& type) {
    switch (type.type()) {
        case redis::RedisType::REDIS_INTEGER:
            return {std::int64_t{content<Poco::Int64>(type)}};
        case redis::RedisType::REDIS_SIMPLE_STRING:
            return {std::move(content<std::string>(type))};
        case redis::RedisType::REDIS_ERROR:
            return {RedisReply::Failure{content<redis::Error>(type).getMessage()}};
        case redis::RedisType::REDIS_BULK_STRING: {
            auto& text = content<redis::BulkString>(type);
            if (text.isNull()) return {RedisReply::Nothing{}};
            return {std::move(text.value())};
        }
        default: {
            auto& array = content<redis::Array>(type);
            RedisReply::List list;
            if (array.isNull()) return {std::move(list)};
            list.reserve(array.size());
            for (redis::RedisType::Ptr item : array) list.push_back(converted(*item));
            return {std::move(list)};
        }
    }
}

}  // namespace

void append_command(std::string& bytes, RedisWords words) {
    append_length(bytes, '*', words.size());
    for (const std::string_view word : words) {
        append_length(bytes, '$', word.size());
        bytes += word;
        bytes += "\r\n";
    }
}

class RedisReader::Bytes final : public std::streambuf {
public:
    explicit Bytes(Fetch fetch) : fetch_(std::move(fetch)) {}
    bool has_more() const { return gptr() != egptr(); }

private:
    int_type underflow() override {
        const std::size_t size = fetch_(buffer_);
        setg(buffer_.data(), buffer_.data(), buffer_.data() + size);
        return traits_type::to_int_type(buffer_.front());
    }

    Fetch fetch_;
    std::array<char, 16 * 1024> buffer_;  // a TLS record at least: what is left of one no poll() tells of
};

// Poco's readers want its stream, which wants a socket; ours stays unconnected, the bytes come otherwise.
class RedisReader::Stream {
public:
    explicit Stream(Bytes& bytes) {
        std::ios& stream = input_;
        stream.rdbuf(&bytes);
        stream.exceptions(std::ios::badbit);  // passes on what the bytes throw
    }
    redis::RedisInputStream& input() { return input_; }

private:
    Poco::Net::StreamSocket unconnected_;
    redis::RedisInputStream input_{unconnected_};
};

RedisReader::RedisReader(Fetch fetch)
    : bytes_(std::make_unique<Bytes>(std::move(fetch))), stream_(std::make_unique<Stream>(*bytes_)) {}

RedisReader::~RedisReader() = default;

RedisReply RedisReader::read() {
    redis::RedisInputStream& input = stream_->input();
    const int marker = input.get();
    redis::RedisType::Ptr type = redis::RedisType::createRedisType(static_cast<char>(marker));
    if (type.isNull()) throw std::runtime_error("what answers is not Redis");
    try {
        type->read(input);
    } catch (const Poco::SyntaxException&) {
        throw std::runtime_error("what answers is not Redis");
    } catch (const redis::RedisException&) {
        throw std::runtime_error("what answers is not Redis");
    }
    return converted(*type);
}

bool RedisReader::has_more() const {
    return bytes_->has_more();
}

}  // namespace mortise::service
