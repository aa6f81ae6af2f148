// SPDX-License-Identifier: Apache-2.0
#include <mortise/sdk.h>
#include <mortise/services/clock.h>
#include <mortise/services/events.h>
#include <mortise/services/jobs.h>
#include <mortise/services/people.h>

#include "change_task.h"
#include "read_task.h"
#include "task.h"
#include "task_list.h"
#include "task_stats.h"

namespace tasks {

using mortise::Request;
using mortise::Response;

constexpr const char* forget_job = "tasks.forget_person";

class Tasks final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        host_ = &host;
        const mortise::Options& options = host.options();
        const auto& statuses = options.texts("statuses");
        const auto& priorities = options.texts("priorities");
        list_.emplace(host.database());
        writer_.emplace(host.database(), host.clock(),
                        TaskWriter::Defaults{statuses.front(), priorities[(priorities.size() - 1) / 2]});
        counter_.emplace(host.database(), host.clock(), statuses, priorities);

        const auto new_task = task_shape<NewTask>(options);
        const auto list_lifetime = options.duration("list_lifetime");
        const auto stats_lifetime = options.duration("stats_lifetime");
        mortise::Http& http = host.http();
        http.get("/api/v1/tasks", this, &Tasks::list)
            .summary("Lists tasks")
            .requires_user()
            .query(task_query_shape(options))
            .cached(list_lifetime, "tasks:{user} tasks-of:{role}");
        http.post("/api/v1/tasks", this, &Tasks::create)
            .summary("Creates a task")
            .requires_user()
            .body(new_task)
            .returns<Task>(201)
            .idempotent();
        http.get("/api/v1/tasks/stats", this, &Tasks::own_stats)
            .summary("Counts one's own tasks")
            .requires_user()
            .cached(stats_lifetime, "tasks:{user}");
        http.get("/api/v1/admin/stats", this, &Tasks::all_stats)
            .summary("Counts everybody's tasks")
            .requires_role("admin")
            .cached(stats_lifetime, "tasks-of:{role}");
        http.get("/api/v1/tasks/{id}", this, &Tasks::read)
            .summary("Shows a task")
            .requires_user()
            .returns<Task>();
        http.put("/api/v1/tasks/{id}", this, &Tasks::replace)
            .summary("Replaces a task")
            .requires_user()
            .body(new_task)
            .returns<Task>();
        http.patch("/api/v1/tasks/{id}", this, &Tasks::change)
            .summary("Changes parts of a task")
            .requires_user()
            .body(task_shape<TaskChanges>(options))
            .returns<Task>()
            .idempotent();
        http.del("/api/v1/tasks/{id}", this, &Tasks::remove)
            .summary("Deletes a task")
            .requires_user()
            .returns_nothing();

        host.jobs().handle(forget_job, this, &Tasks::forget);
    }

    void ready() override {
        person_deleted_ =
            host_->events().subscribe(mortise::person_deleted_topic, this, &Tasks::on_person_deleted);
    }
    void stop() override { person_deleted_ = {}; }

private:
    Response list(const Request& request) const {
        const auto& query = request.query<TaskQuery>();
        if (query.page) return mortise::to_response(list_->by_number(request.signed_in(), query));
        return mortise::to_response(list_->by_cursor(request.signed_in(), query));
    }
    Response read(const Request& request) const {
        return host_->database().read([&](mortise::Reader& reader) {
            return task_response(require_task(reader, request.param("id"), request.signed_in()));
        });
    }
    Response create(const Request& request) const {
        const Task task = changed(writer_->create(request));
        Response response = task_response(task);
        response.set_header("Location", "/api/v1/tasks/" + task.id);
        return response;
    }
    Response replace(const Request& request) const {
        return task_response(changed(writer_->replace(request)));
    }
    Response change(const Request& request) const { return task_response(changed(writer_->change(request))); }
    void remove(const Request& request) const { changed(writer_->remove(request)); }
    TaskStats own_stats(const Request& request) const { return counter_->count(request.signed_in().id); }
    TaskStats all_stats(const Request&) const { return counter_->count(std::nullopt); }

    // Whoever caches a list with this task in it hears that it is stale.
    Task changed(Task task) const {
        host_->purge("tasks:" + task.created_by);
        host_->purge("tasks-of:admin");
        return task;
    }

    void on_person_deleted(const mortise::Event& event) const {
        if (event.from_here) host_->jobs().enqueue({.name = forget_job, .payload = event.payload});
    }
    void forget(const mortise::Job& job) const {
        const std::string user_id(job.payload.at("userId").as_string());
        writer_->forget(user_id);
        host_->purge("tasks:" + user_id);
        host_->purge("tasks-of:admin");
    }

    mortise::Host* host_ = nullptr;
    std::optional<TaskList> list_;
    std::optional<TaskWriter> writer_;
    std::optional<TaskCounter> counter_;
    mortise::Subscription person_deleted_;
};

}  // namespace tasks
MORTISE_PLUGIN(tasks::Tasks)
