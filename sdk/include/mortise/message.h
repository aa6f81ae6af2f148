// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include <mortise/export.h>
#include <mortise/json.h>
#include <mortise/write_json.h>

namespace mortise {

using Bytes = std::vector<unsigned char>;
/// Bytes that many sockets send without a copy each.
using SharedBytes = std::shared_ptr<const Bytes>;

/// One argument of an event as it came: JSON, bytes, or JSON with bytes somewhere inside.
class MORTISE_API Argument {
public:
    Argument(Json json = nullptr) : json_(std::move(json)) {}
    Argument(Bytes bytes);
    /// JSON in which {"_placeholder": true, "num": n} stands for `attachments[n]`.
    Argument(Json json, std::vector<SharedBytes> attachments);

    /// The whole argument is bytes.
    bool is_bytes() const { return is_bytes_; }
    /// Null for bytes. Bytes inside stand as {"_placeholder": true, "num": n}, n counting attachments().
    const Json& json() const { return json_; }
    /// Empty for JSON.
    const Bytes& bytes() const;
    const std::vector<SharedBytes>& attachments() const { return attachments_; }

private:
    Json json_;
    std::vector<SharedBytes> attachments_;
    bool is_bytes_ = false;
};

/// Arguments on their way out, already written as JSON: once, however many clients they go to.
///
/// Takes what write_json() takes (Json, described structs, lists, texts, numbers), Bytes, SharedBytes and
/// Argument.
class MORTISE_API Arguments {
public:
    Arguments() = default;
    template <class... Values>
    static Arguments of(const Values&... values) {
        Arguments all;
        (all.add(values), ...);
        return all;
    }

    template <class Value>
    Arguments& add(const Value& value) {
        if constexpr (std::same_as<Value, Argument>) {
            add_argument(value);
        } else if constexpr (std::same_as<Value, Bytes>) {
            add_bytes(std::make_shared<const Bytes>(value));
        } else if constexpr (std::same_as<Value, SharedBytes>) {
            add_bytes(value);
        } else {
            begin_value();
            write_json(text_, value);
        }
        return *this;
    }

    /// JSON values with commas between them; placeholders stand for the attachments.
    const std::string& text() const { return text_; }
    const std::vector<SharedBytes>& attachments() const { return attachments_; }
    std::size_t size() const { return size_; }

private:
    void begin_value();
    void add_argument(const Argument& argument);
    void add_bytes(SharedBytes bytes);

    std::string text_;
    std::vector<SharedBytes> attachments_;
    std::size_t size_ = 0;
};

/// What an event's handler may return, as the arguments of its acknowledgement: Arguments as they are,
/// anything else as the only one.
template <class Result>
Arguments to_arguments(const Result& result) {
    if constexpr (std::same_as<Result, Arguments>)
        return result;
    else
        return Arguments::of(result);
}

/// One event as it arrived. Lives as long as its handler runs.
class MORTISE_API Message {
public:
    Message(std::string event, std::vector<Argument> arguments, bool wants_acknowledgement)
        : event_(std::move(event)),
          arguments_(std::move(arguments)),
          wants_acknowledgement_(wants_acknowledgement) {}

    const std::string& event() const { return event_; }
    const std::vector<Argument>& arguments() const { return arguments_; }
    std::size_t size() const { return arguments_.size(); }
    /// A null argument past the end.
    const Argument& arg(std::size_t place) const;
    bool wants_acknowledgement() const { return wants_acknowledgement_; }
    /// The first argument as the struct its event declared with .payload<T>(); already validated.
    template <class T>
    const T& payload() const {
        return *static_cast<const T*>(bound(typeid(T)));
    }

    /// For the server: what was read from the first argument.
    void bind(std::shared_ptr<const void> payload, const std::type_info& type) {
        payload_ = std::move(payload);
        type_ = &type;
    }

private:
    const void* bound(const std::type_info& type) const;

    std::string event_;
    std::vector<Argument> arguments_;
    bool wants_acknowledgement_;
    std::shared_ptr<const void> payload_;
    const std::type_info* type_ = nullptr;
};

}  // namespace mortise
