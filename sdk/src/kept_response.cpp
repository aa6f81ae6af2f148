// SPDX-License-Identifier: Apache-2.0
#include <mortise/kept_response.h>

#include <stdexcept>

#include <mortise/text.h>
#include <mortise/write_json.h>

namespace mortise {

std::string write_kept(JsonObject about, const Response* response) {
    if (response == nullptr) return to_json_text(about);
    JsonArray headers;
    for (const auto& [name, value] : response->headers())
        headers.push_back(JsonArray{Json(name), Json(value)});
    about["status"] = response->status();
    about["headers"] = std::move(headers);
    std::string text = to_json_text(about);
    text += '\n';
    text += response->body_text();
    return text;
}

KeptResponse read_kept(std::string_view text) try {
    KeptResponse kept{std::move(parse_json(take_until(text, '\n')).as_object()), std::nullopt};
    const Json* status = kept.about.if_contains("status");
    if (status == nullptr) return kept;
    Response& response = kept.response.emplace(static_cast<int>(status->as_int64()));
    for (const Json& header : kept.about.at("headers").as_array())
        response.add_header(header.at(0).as_string(), header.at(1).as_string());
    response.body() = std::string(text);
    return kept;
} catch (const std::exception& fault) {
    throw std::runtime_error(std::string("a response that was kept can't be read: ") + fault.what());
}

}  // namespace mortise
