// SPDX-License-Identifier: Apache-2.0
#include "library.h"

#include <mortise/error.h>

#include "content_type.h"
#include "shown_name.h"

namespace uploads {

namespace {

std::string with_charset(const std::string& type) {
    return type.starts_with("text/") ? type + "; charset=utf-8" : type;
}

}  // namespace

std::vector<mortise::FileFacts> Library::find_many(const std::vector<std::string>& ids) const {
    std::vector<mortise::FileFacts> facts;
    for (StoredUpload& upload : table_.find_many(ids))
        facts.push_back({std::move(upload.id), std::move(upload.owner_id), std::move(upload.name),
                         std::move(upload.content_type), upload.size, std::move(upload.sha256),
                         upload.created_at});
    return facts;
}

bool Library::may_read(std::string_view id, const mortise::User* asker) const {
    try {
        table_.require_visible(id, asker);
        return true;
    } catch (const mortise::Error& fault) {
        if (fault.code() == mortise::Code::not_found) return false;
        throw;
    }
}

mortise::Response Library::send(std::string_view id) const {
    const auto upload = table_.find(id);
    if (!upload) throw mortise::Error(mortise::Code::not_found, "There is no such file.");
    return send(*upload);
}

// Were it shown in our own origin, a page somebody uploaded would act in its reader's name.
mortise::Response Library::send(const StoredUpload& upload) const {
    auto response =
        mortise::Response::file(shelf_.path_of(upload.stored_as), with_charset(upload.content_type));
    response.set_header("Content-Disposition",
                        disposition(is_harmless(upload.content_type) ? "inline" : "attachment", upload.name));
    response.set_header("X-Content-Type-Options", "nosniff");
    response.set_header("Content-Security-Policy", "default-src 'none'; sandbox");
    return response;
}

void Library::remove(const StoredUpload& upload) const {
    LeavingFile file(shelf_, upload.stored_as);
    try {
        table_.remove(upload.id);
    } catch (const mortise::Error& fault) {
        if (fault.code() == mortise::Code::unavailable) file.leave();
        throw;
    }
    file.finish();
}

}  // namespace uploads
