// SPDX-License-Identifier: Apache-2.0
#include "upload_table.h"

#include <mortise/error.h>
#include <mortise/etag.h>
#include <mortise/request.h>

namespace uploads {

using mortise::Error;
using mortise::Reader;
using mortise::Transaction;

namespace {

const std::string columns =
    "id, owner_id, name, content_type, size, sha256, visibility, created_at, version, '" +
    url_of("' || id || '") + "' AS url, stored_as ";

// `from` is a Reader, or the database itself.
std::optional<StoredUpload> find_upload(auto& from, std::string_view id) {
    return from.template one_as<StoredUpload>("SELECT " + columns + "FROM uploads WHERE id = ?", id);
}

bool is_own(const StoredUpload& upload, const mortise::User& asker) {
    return upload.owner_id == asker.id || asker.role == "admin";
}

bool is_visible(Reader& reader, const StoredUpload& upload, const mortise::User* asker) {
    if (upload.visibility == "public") return true;
    if (asker == nullptr) return false;
    return is_own(upload, *asker) ||
           reader.one("SELECT 1 FROM upload_shares WHERE upload_id = ? AND user_id = ?", upload.id,
                      asker->id);
}

StoredUpload require_visible_in(Reader& reader, std::string_view id, const mortise::User* asker) {
    auto upload = find_upload(reader, id);
    if (!upload || !is_visible(reader, *upload, asker))
        throw Error(mortise::Code::not_found, "There is no such file.");
    return std::move(*upload);
}

StoredUpload require_own_in(Reader& reader, std::string_view id, const mortise::User& asker) {
    StoredUpload upload = require_visible_in(reader, id, &asker);
    if (!is_own(upload, asker)) throw Error(mortise::Code::forbidden, "Only its owner may change this file.");
    return upload;
}

Usage usage_in(Reader& reader, std::string_view owner_id, std::int64_t quota) {
    const auto row = reader.one(
        "SELECT count(*) AS files, CAST(COALESCE(sum(size), 0) AS BIGINT) AS used FROM uploads WHERE "
        "owner_id = ?",
        owner_id);
    return {row->integer("files"), row->integer("used"), quota};
}

void refuse_beyond(const Usage& usage, std::int64_t more) {
    if (more <= usage.quota - usage.used) return;
    throw Error(mortise::Code::payload_too_large, "Your files take " + std::to_string(usage.used) +
                                                      " of the " + std::to_string(usage.quota) +
                                                      " bytes you have; this one does not fit.")
        .named("quota_exceeded");
}

// Which rows a list is made of.
std::string rows_of(const UploadQuery& query) {
    if (query.shared)
        return "FROM uploads WHERE id IN (SELECT upload_id FROM upload_shares WHERE user_id = ?) ";
    return "FROM uploads WHERE owner_id = ? ";
}

std::vector<Upload> without_place(std::vector<StoredUpload> uploads) {
    return {std::make_move_iterator(uploads.begin()), std::make_move_iterator(uploads.end())};
}

}  // namespace

std::string etag_of(const Upload& upload) {
    return mortise::quote_etag("v" + std::to_string(upload.version));
}

void UploadTable::add(const StoredUpload& upload) const {
    database_.write([&](Transaction& transaction) {
        // Two uploads at once must not both take the last room.
        transaction.lock("uploads:" + upload.owner_id);
        refuse_beyond(usage_in(transaction, upload.owner_id, quota_), upload.size);
        transaction.execute(
            "INSERT INTO uploads (id, owner_id, name, content_type, size, sha256, visibility, stored_as, "
            "created_at, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            upload.id, upload.owner_id, upload.name, upload.content_type, upload.size, upload.sha256,
            upload.visibility, upload.stored_as, upload.created_at, upload.version);
    });
}

bool UploadTable::remove(std::string_view id) const {
    return database_.write([&](Transaction& transaction) {
        transaction.lock("upload:" + std::string(id));
        transaction.execute("DELETE FROM upload_shares WHERE upload_id = ?", id);
        return transaction.execute("DELETE FROM uploads WHERE id = ?", id) > 0;
    });
}

Upload UploadTable::set_visibility(const mortise::Request& request, std::string_view visibility) const {
    const std::string_view id = request.param("id");
    return database_.write([&](Transaction& transaction) -> Upload {
        transaction.lock("upload:" + std::string(id));
        StoredUpload upload = require_own_in(transaction, id, request.signed_in());
        mortise::require_match(request, etag_of(upload));
        upload.visibility = visibility;
        ++upload.version;
        transaction.execute("UPDATE uploads SET visibility = ?, version = ? WHERE id = ?", upload.visibility,
                            upload.version, upload.id);
        return upload;
    });
}

void UploadTable::share(std::string_view id, std::string_view user_id, const mortise::User& asker) const {
    database_.write([&](Transaction& transaction) {
        transaction.lock("upload:" + std::string(id));
        require_own_in(transaction, id, asker);
        transaction.execute(
            "INSERT INTO upload_shares (upload_id, user_id, shared_at) VALUES (?, ?, ?) ON CONFLICT DO "
            "NOTHING",
            id, user_id, clock_.now());
        const auto count = transaction.one("SELECT count(*) FROM upload_shares WHERE upload_id = ?", id);
        if (count->integer(0) > most_shares_)
            throw Error(mortise::Code::conflict,
                        "A file can be shared with " + std::to_string(most_shares_) + " people at most.")
                .named("too_many_shares");
    });
}

void UploadTable::unshare(std::string_view id, std::string_view user_id, const mortise::User& asker) const {
    database_.write([&](Transaction& transaction) {
        require_own_in(transaction, id, asker);
        transaction.execute("DELETE FROM upload_shares WHERE upload_id = ? AND user_id = ?", id, user_id);
    });
}

StoredUpload UploadTable::require_visible(std::string_view id, const mortise::User* asker) const {
    return database_.read([&](Reader& reader) { return require_visible_in(reader, id, asker); });
}

StoredUpload UploadTable::require_own(std::string_view id, const mortise::User& asker) const {
    return database_.read([&](Reader& reader) { return require_own_in(reader, id, asker); });
}

std::optional<StoredUpload> UploadTable::find(std::string_view id) const {
    return find_upload(database_, id);
}

std::vector<StoredUpload> UploadTable::find_many(const std::vector<std::string>& ids) const {
    std::vector<StoredUpload> found;
    database_.read([&](Reader& reader) {
        found.clear();
        for (const std::string& id : ids)
            if (auto upload = find_upload(reader, id)) found.push_back(std::move(*upload));
    });
    return found;
}

bool UploadTable::is_stored(std::string_view stored_as) const {
    return database_.one("SELECT 1 FROM uploads WHERE stored_as = ?", stored_as).has_value();
}

Usage UploadTable::usage(std::string_view owner_id) const {
    return database_.read([&](Reader& reader) { return usage_in(reader, owner_id, quota_); });
}

void UploadTable::require_quota(std::string_view owner_id, std::int64_t more) const {
    refuse_beyond(usage(owner_id), more);
}

Shares UploadTable::shares(std::string_view id) const {
    return {database_.query_as<Share>(
        "SELECT user_id, shared_at FROM upload_shares WHERE upload_id = ? ORDER BY shared_at, user_id", id)};
}

mortise::Page<Upload> UploadTable::by_cursor(std::string_view user_id, const UploadQuery& query) const {
    const auto mark = mortise::TimeMark::in(query.cursor, mortise::Time::max());
    auto rows = database_.query_as<StoredUpload>(
        mortise::Reading::replica_ok,
        "SELECT " + columns + rows_of(query) +
            "AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?",
        user_id, mark.time, mark.id, query.limit + 1);
    return mortise::make_page(without_place(std::move(rows)), query.limit, [](const Upload& upload) {
        return mortise::TimeMark{upload.created_at, upload.id}.values();
    });
}

mortise::NumberedPage<Upload> UploadTable::by_number(std::string_view user_id,
                                                     const UploadQuery& query) const {
    const std::int64_t before = mortise::items_before(query);
    mortise::NumberedPage<Upload> page;
    database_.read(mortise::Reading::replica_ok, [&](Reader& reader) {
        page.data = without_place(reader.query_as<StoredUpload>(
            "SELECT " + columns + rows_of(query) + "ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",
            user_id, query.limit, before));
        const auto total = reader.one("SELECT count(*) " + rows_of(query), user_id);
        page.pagination = mortise::number_page(query, total->integer(0));
    });
    return page;
}

std::vector<StoredUpload> UploadTable::some_of(std::string_view owner_id) const {
    return database_.query_as<StoredUpload>("SELECT " + columns + "FROM uploads WHERE owner_id = ? LIMIT 100",
                                            owner_id);
}

void UploadTable::forget_shares_with(std::string_view user_id) const {
    database_.execute("DELETE FROM upload_shares WHERE user_id = ?", user_id);
}

}  // namespace uploads
