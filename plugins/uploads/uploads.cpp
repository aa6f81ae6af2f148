// SPDX-License-Identifier: Apache-2.0
#include <mortise/etag.h>
#include <mortise/sdk.h>
#include <mortise/services/clock.h>
#include <mortise/services/events.h>
#include <mortise/services/jobs.h>
#include <mortise/services/people.h>

#include "content_type.h"
#include "file_shelf.h"
#include "library.h"
#include "receive_upload.h"
#include "upload.h"
#include "upload_slots.h"
#include "upload_table.h"

namespace uploads {

using mortise::Request;
using mortise::Response;

constexpr const char* forget_job = "uploads.forget_person";

class Uploads final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        host_ = &host;
        const mortise::Options& options = host.options();
        shelf_.emplace(options.text("folder"), options.size("keep_free"));
        types_.emplace(options.texts("types"));
        table_.emplace(host.database(), host.clock(), static_cast<std::int64_t>(options.size("quota")),
                       static_cast<int>(options.integer("shares")));
        library_.emplace(*shelf_, *table_);
        slots_.emplace(static_cast<int>(options.integer("at_once")),
                       static_cast<int>(options.integer("at_once_each")));
        receiver_.emplace(*shelf_, *types_, *table_, *slots_, host.clock(), options.size("max_size"));
        host.provide<mortise::Files>(*library_);
        offer_files(host.http());
        offer_shares(host.http());
        host.jobs().handle(forget_job, this, &Uploads::forget);
    }

    void ready() override {
        shelf_->open();
        types_->open();
        const int swept = shelf_->sweep([this](std::string_view name) { return table_->is_stored(name); });
        if (swept > 0)
            host_->log().info("what was on the move when the server ended is put right", {{"files", swept}});
        people_ = host_->find<mortise::People>();
        person_deleted_ =
            host_->events().subscribe(mortise::person_deleted_topic, this, &Uploads::on_person_deleted);
    }
    void stop() override { person_deleted_ = {}; }

private:
    void offer_files(mortise::Http& http) {
        mortise::Shape<UploadChanges> changes;
        changes.at(&UploadChanges::visibility).one_of({"private", "public"});
        auto query = mortise::page_shape<UploadQuery>();
        query.at(&UploadQuery::shared).optional().about("Others' files that are shared with who asks.");
        http.post("/api/v1/uploads", this, &Uploads::receive)
            .summary("Stores a file: a form with one file, and visibility (private, public) if wanted")
            .requires_user()
            .streamed_body()
            .max_body(host_->options().size("max_size") + form_allowance)
            .deadline(host_->options().duration("time_limit"))
            .returns<Upload>(201);
        http.get("/api/v1/uploads", this, &Uploads::list)
            .summary("Lists one's own files, or those shared with one; the newest first")
            .requires_user()
            .query(std::move(query))
            .returns<mortise::Page<Upload>>();
        http.get("/api/v1/uploads/usage", this, &Uploads::usage)
            .summary("Tells how much one keeps and may keep")
            .requires_user()
            .returns<Usage>();
        http.get("/api/v1/uploads/{id}", this, &Uploads::read)
            .summary("Shows what is known of a file")
            .returns<Upload>();
        http.get("/api/v1/uploads/{id}/content", this, &Uploads::send).summary("Downloads a file");
        http.patch("/api/v1/uploads/{id}", this, &Uploads::change)
            .summary("Makes a file public or private")
            .requires_user()
            .body(changes)
            .returns<Upload>()
            .idempotent();
        http.del("/api/v1/uploads/{id}", this, &Uploads::remove)
            .summary("Deletes a file")
            .requires_user()
            .returns_nothing();
    }

    void offer_shares(mortise::Http& http) {
        http.get("/api/v1/uploads/{id}/shares", this, &Uploads::shares)
            .summary("Lists with whom a file is shared")
            .requires_user()
            .returns<Shares>();
        http.put("/api/v1/uploads/{id}/shares/{user}", this, &Uploads::share)
            .summary("Shares a file with somebody")
            .requires_user()
            .returns_nothing();
        http.del("/api/v1/uploads/{id}/shares/{user}", this, &Uploads::unshare)
            .summary("Takes a file back from somebody")
            .requires_user()
            .returns_nothing();
    }

    Response receive(const Request& request) const {
        const Upload upload = receiver_->receive(request);
        Response response = shown(upload);
        response.set_header("Location", "/api/v1/uploads/" + upload.id);
        return response;
    }
    Response list(const Request& request) const {
        const auto& query = request.query<UploadQuery>();
        const std::string& user_id = request.signed_in().id;
        if (query.page) return mortise::to_response(table_->by_number(user_id, query));
        return mortise::to_response(table_->by_cursor(user_id, query));
    }
    Usage usage(const Request& request) const { return table_->usage(request.signed_in().id); }
    Response read(const Request& request) const {
        return shown(table_->require_visible(request.param("id"), request.user()));
    }
    Response send(const Request& request) const {
        return library_->send(table_->require_visible(request.param("id"), request.user()));
    }
    Response change(const Request& request) const {
        return shown(table_->set_visibility(request, request.body<UploadChanges>().visibility));
    }
    void remove(const Request& request) const {
        const StoredUpload upload = table_->require_own(request.param("id"), request.signed_in());
        mortise::require_match(request, etag_of(upload));
        library_->remove(upload);
    }

    Shares shares(const Request& request) const {
        table_->require_own(request.param("id"), request.signed_in());
        return table_->shares(request.param("id"));
    }
    void share(const Request& request) const {
        const std::string_view user_id = request.param("user");
        if (people_ != nullptr && !people_->find(user_id))
            throw mortise::Error(mortise::Code::not_found, "There is no such user.");
        table_->share(request.param("id"), user_id, request.signed_in());
    }
    void unshare(const Request& request) const {
        table_->unshare(request.param("id"), request.param("user"), request.signed_in());
    }

    static Response shown(const Upload& upload) {
        Response response = mortise::to_response(upload);
        response.set_header("ETag", etag_of(upload));
        return response;
    }

    void on_person_deleted(const mortise::Event& event) const {
        if (event.from_here) host_->jobs().enqueue({.name = forget_job, .payload = event.payload});
    }
    void forget(const mortise::Job& job) const {
        const std::string user_id(job.payload.at("userId").as_string());
        for (auto files = table_->some_of(user_id); !files.empty(); files = table_->some_of(user_id))
            for (const StoredUpload& upload : files) library_->remove(upload);
        table_->forget_shares_with(user_id);
    }

    mortise::Host* host_ = nullptr;
    const mortise::People* people_ = nullptr;  // when somebody provides it
    std::optional<FileShelf> shelf_;
    std::optional<ContentTypes> types_;
    std::optional<UploadTable> table_;
    std::optional<Library> library_;
    std::optional<UploadSlots> slots_;
    std::optional<Receiver> receiver_;
    mortise::Subscription person_deleted_;
};

}  // namespace uploads
MORTISE_PLUGIN(uploads::Uploads)
