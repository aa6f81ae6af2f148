// SPDX-License-Identifier: Apache-2.0
#include <mortise/message.h>

#include <stdexcept>

namespace mortise {

namespace {

// The number of the attachment that this value stands for; nothing for any other value.
std::optional<std::size_t> placeholder_number(const Json& value) {
    const JsonObject* object = value.if_object();
    if (object == nullptr) return std::nullopt;
    const Json* mark = object->if_contains("_placeholder");
    const Json* number = object->if_contains("num");
    if (mark == nullptr || number == nullptr || !mark->is_bool() || !mark->get_bool()) return std::nullopt;
    boost::system::error_code fault;
    const auto whole = number->to_number<std::size_t>(fault);
    return fault ? std::nullopt : std::optional(whole);
}

// Placeholders count from `first` on in the packet they go into.
void move_placeholders(Json& value, std::size_t first, std::size_t count) {
    if (const auto number = placeholder_number(value)) {
        if (*number < count) value.get_object()["num"] = first + *number;
    } else if (JsonObject* object = value.if_object()) {
        for (auto& [name, member] : *object) move_placeholders(member, first, count);
    } else if (JsonArray* array = value.if_array()) {
        for (Json& item : *array) move_placeholders(item, first, count);
    }
}

}  // namespace

Argument::Argument(Bytes bytes) : is_bytes_(true) {
    attachments_.push_back(std::make_shared<const Bytes>(std::move(bytes)));
}

Argument::Argument(Json json, std::vector<SharedBytes> attachments)
    : json_(std::move(json)), attachments_(std::move(attachments)) {
    is_bytes_ = attachments_.size() == 1 && placeholder_number(json_) == std::size_t{0};
    if (is_bytes_) json_ = nullptr;
}

const Bytes& Argument::bytes() const {
    static const Bytes none;
    return is_bytes_ ? *attachments_.front() : none;
}

void Arguments::begin_value() {
    if (size_++ > 0) text_ += ',';
}

void Arguments::add_argument(const Argument& argument) {
    if (argument.is_bytes()) return add_bytes(argument.attachments().front());
    begin_value();
    if (argument.attachments().empty()) return append_json(text_, argument.json());
    Json moved = argument.json();
    move_placeholders(moved, attachments_.size(), argument.attachments().size());
    append_json(text_, moved);
    attachments_.insert(attachments_.end(), argument.attachments().begin(), argument.attachments().end());
}

void Arguments::add_bytes(SharedBytes bytes) {
    begin_value();
    text_ += R"({"_placeholder":true,"num":)" + std::to_string(attachments_.size()) + '}';
    attachments_.push_back(std::move(bytes));
}

const Argument& Message::arg(std::size_t place) const {
    static const Argument none;
    return place < arguments_.size() ? arguments_[place] : none;
}

const void* Message::bound(const std::type_info& type) const {
    if (type_ == nullptr || *type_ != type)
        throw std::logic_error("payload<T>() asks for another struct than .payload<T>() declared");
    return payload_.get();
}

}  // namespace mortise
