// SPDX-License-Identifier: Apache-2.0
#include "record.h"

#include <stdexcept>

#include <mortise/json.h>
#include <mortise/text.h>
#include <mortise/write_json.h>

namespace idempotency {

using mortise::Json;
using mortise::JsonArray;
using mortise::JsonObject;
using mortise::Response;

std::string write_record(const Record& record) {
    JsonObject line{{"fingerprint", record.fingerprint}};
    if (!record.answer) return mortise::to_json_text(line);
    JsonArray headers;
    for (const auto& [name, value] : record.answer->headers())
        headers.push_back(JsonArray{Json(name), Json(value)});
    line["status"] = record.answer->status();
    line["headers"] = std::move(headers);
    return mortise::to_json_text(line) + '\n' + std::string(record.answer->body_text());
}

Record read_record(std::string_view text) {
    const std::string_view line = mortise::take_until(text, '\n');
    try {
        const Json json = mortise::parse_json(line);
        Record record{std::string(json.at("fingerprint").as_string()), std::nullopt};
        const Json* status = json.as_object().if_contains("status");
        if (status == nullptr) return record;
        Response answer = Response(static_cast<int>(status->as_int64()));
        for (const Json& header : json.at("headers").as_array())
            answer.add_header(header.at(0).as_string(), header.at(1).as_string());
        answer.body() = std::string(text);
        record.answer = std::move(answer);
        return record;
    } catch (const std::exception& fault) {
        throw std::runtime_error(std::string("what is kept under an Idempotency-Key can't be read: ") +
                                 fault.what());
    }
}

}  // namespace idempotency
