// SPDX-License-Identifier: Apache-2.0
#include "incoming.h"

#include "live_call.h"
#include "parts.h"
#include "refusals.h"

namespace calls {

std::string info_text(const Parts& parts, const mortise::Json& object, std::string_view pointer) {
    if (!object.is_object()) refuse_value(std::string(pointer), "wrong_type", "Must be an object.");
    std::string text = mortise::to_text(object);
    if (text.size() > parts.settings.info_size)
        refuse_value(std::string(pointer), "too_large",
                     "May have " + std::to_string(parts.settings.info_size) + " bytes, written as JSON.");
    return text;
}

std::string shown_info(const Parts& parts, std::string_view user_id, const mortise::Json& sent,
                       std::string_view pointer) {
    mortise::Json info = sent.is_null() ? mortise::Json(mortise::JsonObject{}) : sent;
    if (mortise::JsonObject* said = info.if_object()) {
        (*said)["id"] = boost::json::string(user_id);
        if (parts.people != nullptr)
            if (const auto person = parts.people->find(std::string(user_id)))
                (*said)["username"] = person->username;
    }
    return info_text(parts, info, pointer);
}

Incoming incoming_of(const Parts& parts, const LiveCall& call) {
    return {call.name, call.caller.user_id, mortise::parse_json(call.caller_info), call.call_type,
            call.started_at + parts.settings.ring};
}

Missed missed_of(const LiveCall& call) {
    return {call.name, call.caller.user_id, mortise::parse_json(call.caller_info), call.call_type,
            call.started_at};
}

}  // namespace calls
