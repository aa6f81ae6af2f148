// SPDX-License-Identifier: Apache-2.0
#include "socket/asyncapi.h"

#include <cctype>
#include <utility>

namespace mortise::socket {

namespace {

Json text(std::string_view value) {
    return Json(boost::json::string(value));
}

// What a key of the document may be made of; names of events and namespaces are freer than that.
std::string key_of(std::string_view name) {
    std::string key;
    for (const char character : name)
        key += std::isalnum(static_cast<unsigned char>(character)) != 0 ? character : '_';
    return key;
}

std::string channel_key(std::string_view space) {
    return space == "/" ? "root" : key_of(space.substr(1));
}

JsonObject reference(const std::string& place) {
    return JsonObject{{"$ref", "#/" + place}};
}

// {ok: false, error: {code, message, …}}: how every event may be answered.
JsonObject refusal_schema() {
    JsonObject properties{{"code", JsonObject{{"type", "string"}}},
                          {"message", JsonObject{{"type", "string"}}}};
    properties["retryAfter"] = JsonObject{{"type", "integer"}, {"description", "Seconds"}};
    properties["errors"] = JsonObject{{"type", "array"}, {"items", JsonObject{{"type", "object"}}}};
    JsonObject error{{"type", "object"}, {"required", JsonArray{"code", "message"}}};
    error["properties"] = std::move(properties);
    JsonObject refusal{{"type", "object"}, {"required", JsonArray{"ok", "error"}}};
    refusal["properties"] = JsonObject{{"ok", JsonObject{{"const", false}}}, {"error", std::move(error)}};
    return refusal;
}

// Takes the events one after the other and puts what they say where the document wants it.
class Document {
public:
    explicit Document(const EventApiInfo& info) : path_(info.path) {
        root_["asyncapi"] = "3.0.0";
        root_["info"] = JsonObject{{"title", text(info.title)}, {"version", text(info.version)}};
        root_["defaultContentType"] = "application/json";
    }

    void add(const EventDeclaration& event) {
        const bool is_in = static_cast<bool>(event.handler);
        // A plugin may handle and emit one name, and so may two plugins.
        std::string key = key_of(event.event);
        for (int number = 2; messages_.contains(channel_key(event.space) + '_' + key); ++number)
            key = key_of(event.event) + '_' + std::to_string(number);
        const std::string place = add_message(event.space, key, message_of(event));

        JsonObject operation{{"action", is_in ? "receive" : "send"}};
        operation["channel"] = reference("channels/" + channel_key(event.space));
        operation["messages"] = JsonArray{reference(place)};
        if (!event.summary.empty()) operation["summary"] = text(event.summary);
        operation["tags"] = JsonArray{JsonObject{{"name", text(event.plugin)}}};
        if (event.requires_user)
            operation["security"] = JsonArray{reference("components/securitySchemes/token")};
        if (is_in) operation["reply"] = reply_of(event, key);
        operations_[(is_in ? "on_" : "emit_") + channel_key(event.space) + '_' + key] = std::move(operation);
    }

    JsonObject finish() {
        root_["channels"] = std::move(channels_);
        root_["operations"] = std::move(operations_);
        JsonObject schemes;
        schemes["token"] =
            JsonObject{{"type", "http"},
                       {"scheme", "bearer"},
                       {"description", "The access token, as `token` in the handshake's auth"}};
        root_["components"] = JsonObject{{"messages", std::move(messages_)},
                                         {"securitySchemes", std::move(schemes)},
                                         {"schemas", JsonObject{{"refusal", refusal_schema()}}}};
        return std::move(root_);
    }

private:
    static JsonObject message_of(const EventDeclaration& event) {
        JsonObject message{{"name", text(event.event)}};
        if (!event.summary.empty()) message["summary"] = text(event.summary);
        message["payload"] = event.payload ? event.payload->schema : JsonObject();
        return message;
    }

    // In the components, and in its namespace's channel; where operations find it.
    std::string add_message(std::string_view space, const std::string& key, JsonObject message) {
        const std::string channel = channel_key(space);
        const std::string full_key = channel + '_' + key;
        JsonObject& known = channels_.contains(channel) ? channels_.at(channel).get_object()
                                                        : channels_[channel].emplace_object();
        if (known.empty()) {
            known["address"] = text(path_);
            known["title"] = "Namespace " + std::string(space);
            known["description"] = "Socket.IO, namespace " + std::string(space);
            known["messages"] = JsonObject();
        }
        known["messages"].get_object()[key] = reference("components/messages/" + full_key);
        messages_[full_key] = std::move(message);
        return "channels/" + channel + "/messages/" + key;
    }

    JsonObject reply_of(const EventDeclaration& event, const std::string& key) {
        JsonObject answer{{"name", event.event + " (acknowledgement)"}};
        JsonArray either;
        either.push_back(event.returns ? Json(*event.returns) : Json(JsonObject()));
        either.push_back(reference("components/schemas/refusal"));
        answer["payload"] = JsonObject{{"anyOf", std::move(either)}};
        const std::string place = add_message(event.space, key + "_ack", std::move(answer));
        JsonObject reply{{"channel", reference("channels/" + channel_key(event.space))}};
        reply["messages"] = JsonArray{reference(place)};
        return reply;
    }

    std::string path_;
    JsonObject root_, channels_, operations_, messages_;
};

}  // namespace

JsonObject make_asyncapi(const SocketTable& sockets, const EventApiInfo& info) {
    Document document(info);
    for (const EventDeclaration* event : sockets.events()) document.add(*event);
    return document.finish();
}

}  // namespace mortise::socket
