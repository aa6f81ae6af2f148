// SPDX-License-Identifier: Apache-2.0
#include "app/announcement.h"

#include <mortise/text.h>

#include "app/terminal.h"

namespace mortise::app {

namespace {

std::string first_request(const Announcement& announcement) {
    const std::string& address = announcement.addresses.front();
    if (contains(announcement.plugins, "auth"))
        return "curl -s " + address + "/api/v1/auth/register -H 'content-type: application/json' \\\n" +
               "            -d "
               "'{\"email\":\"ann@example.org\",\"username\":\"ann\",\"password\":\"password123\"}'";
    return "curl -s " + address + (contains(announcement.plugins, "hello") ? "/hello/you" : "/health");
}

}  // namespace

std::string text_of(const Announcement& announcement) {
    std::string text = bold("Mortise " MORTISE_VERSION) + " serves\n";
    for (const std::string& address : announcement.addresses) text += "  on        " + address + '\n';
    text += "  plugins   " + (announcement.plugins.empty() ? "none" : join(announcement.plugins, " ")) + '\n';
    if (!announcement.left_out.empty()) text += "  left out  " + join(announcement.left_out, " ") + '\n';
    return text + "  try       " + dim(first_request(announcement)) + '\n';
}

}  // namespace mortise::app
