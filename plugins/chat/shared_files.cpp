// SPDX-License-Identifier: Apache-2.0
#include "shared_files.h"

#include <mortise/error.h>
#include <mortise/services/files.h>
#include <mortise/services/identity.h>

#include "membership.h"

namespace chat {

namespace {

[[noreturn]] void refuse_unknown() {
    throw mortise::Error(mortise::Code::not_found, "There is no such file in this conversation.");
}

}  // namespace

// Only its owner's own messages count: naming a file one has heard of gives nobody the right to read it.
mortise::Response SharedFiles::send(const mortise::Request& request) const {
    const std::string_view chat_id = request.param("id");
    const auto member = parts_.database.read(
        [&](mortise::Reader& reader) { return require_member(reader, chat_id, request.signed_in().id); });
    if (parts_.files == nullptr) refuse_unknown();
    const auto files = parts_.files->find_many({std::string(request.param("fileId"))});
    if (files.empty()) refuse_unknown();
    const mortise::FileFacts& file = files.front();
    const auto message = parts_.database.one(
        "SELECT 1 FROM chat_messages WHERE chat_id = ? AND sender_id = ? AND attachments IS NOT NULL "
        "AND attachments LIKE ? AND deleted_at IS NULL AND seq > ? LIMIT 1",
        chat_id, file.owner_id, "%/uploads/" + file.id + "/content%", member.visible_after);
    if (!message) refuse_unknown();
    return parts_.files->send(file.id);
}

}  // namespace chat
