// SPDX-License-Identifier: Apache-2.0
#include "site.h"

namespace chat::test {

std::string Site::direct(const std::string& user, const std::string& other) {
    return text_of(open(user, other).json().at("id"));
}

std::string Site::group(const std::string& creator, const std::vector<std::string>& others) {
    const auto created = host.post("/api/v1/chats")
                             .as(creator)
                             .json({{"type", "group"},
                                    {"title", "Garden"},
                                    {"memberIds", JsonArray(others.begin(), others.end())}})
                             .send();
    return text_of(created.json().at("id"));
}

std::string text_of(const Json& value) {
    return value.is_string() ? std::string(value.as_string()) : mortise::to_text(value);
}

std::string each(const Json& list, std::string_view member) {
    std::string all;
    for (const Json& item : list.as_array()) all += (all.empty() ? "" : " ") + text_of(item.at(member));
    return all;
}

std::string code_of(const TestResponse& answer) {
    return text_of(answer.json().at("code"));
}

std::string faults_of(const TestResponse& answer) {
    const Json json = answer.json();
    return each(json.at("errors"), "pointer");
}

}  // namespace chat::test
