// SPDX-License-Identifier: Apache-2.0
#include <mortise/socket.h>

namespace mortise {

const Json& Argument::json() const {
    static const Json none;
    const Json* json = std::get_if<Json>(&value_);
    return json ? *json : none;
}

const Bytes& Argument::bytes() const {
    static const Bytes none;
    const Bytes* bytes = std::get_if<Bytes>(&value_);
    return bytes ? *bytes : none;
}

Message::Message(std::string event, std::vector<Argument> arguments, bool wants_acknowledgement)
    : event_(std::move(event)), arguments_(std::move(arguments)), wants_acknowledgement_(wants_acknowledgement) {}

const Argument& Message::arg(std::size_t place) const {
    static const Argument none;
    return place < arguments_.size() ? arguments_[place] : none;
}

Socket::~Socket() = default;
Sockets::~Sockets() = default;

}  // namespace mortise
