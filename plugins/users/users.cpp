// SPDX-License-Identifier: Apache-2.0
#include <mortise/sdk.h>
#include <mortise/services/events.h>
#include <mortise/services/jobs.h>
#include <mortise/services/people.h>

#include "avatar.h"
#include "profile_book.h"

namespace users {

using mortise::Request;
using mortise::Response;

constexpr const char* forget_job = "users.forget_person";

struct NewRole {
    std::string role;
};
BOOST_DESCRIBE_STRUCT(NewRole, (), (role))

class Users final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        host_ = &host;
        people_ = &host.use<mortise::People>();
        profiles_.emplace(host.database(), *people_, host.clock());
        avatars_.emplace(host.database());
        offer_profiles(host);
        offer_administration(host);
        host.jobs().handle(forget_job, this, &Users::forget);
    }

    void ready() override {
        person_deleted_ =
            host_->events().subscribe(mortise::person_deleted_topic, this, &Users::on_person_deleted);
    }
    void stop() override { person_deleted_ = {}; }

private:
    void offer_profiles(mortise::Host& host) {
        mortise::Http& http = host.http();
        http.get("/api/v1/users", this, &Users::search)
            .summary("Finds people by username and display name")
            .requires_user()
            .query(people_query_shape())
            .returns<mortise::Page<Profile>>();
        http.get("/api/v1/users/me", this, &Users::own_profile)
            .summary("Shows one's own profile")
            .requires_user()
            .returns<OwnProfile>();
        http.patch("/api/v1/users/me", this, &Users::change_profile)
            .summary("Changes one's own profile")
            .requires_user()
            .body(profile_changes_shape())
            .returns<OwnProfile>();
        http.put("/api/v1/users/me/avatar", this, &Users::put_avatar)
            .summary("Sets one's own picture; the body is the picture")
            .requires_user()
            .max_body(host.options().size("avatar_size"))
            .returns<OwnProfile>();
        http.del("/api/v1/users/me/avatar", this, &Users::remove_avatar)
            .summary("Removes one's own picture")
            .requires_user()
            .returns_nothing();
        http.get("/api/v1/users/{id}", this, &Users::profile)
            .summary("Shows a person's public profile")
            .returns<Profile>()
            .cached(host.options().duration("profile_lifetime"), "user:{id}")
            .shared();
        http.get("/api/v1/users/{id}/avatar", this, &Users::show_avatar).summary("Shows a person's picture");
    }

    void offer_administration(mortise::Host& host) {
        mortise::Shape<NewRole> new_role;
        new_role.at(&NewRole::role).one_of(host.options().texts("roles"));
        mortise::Http& http = host.http();
        http.get("/api/v1/admin/users", this, &Users::accounts)
            .summary("Lists accounts, the newest first")
            .requires_role("admin")
            .query(people_query_shape())
            .returns<mortise::Page<Account>>();
        http.patch("/api/v1/users/{id}/role", this, &Users::set_role)
            .summary("Gives an account another role")
            .requires_role("admin")
            .body(new_role)
            .returns<Account>();
        http.post("/api/v1/users/{id}/ban", this, &Users::ban)
            .summary("Ends an account's sessions and refuses new ones")
            .requires_role("admin")
            .returns<Account>();
        http.del("/api/v1/users/{id}/ban", this, &Users::unban)
            .summary("Lets a banned account in again")
            .requires_role("admin")
            .returns<Account>(200);
        http.del("/api/v1/users/{id}", this, &Users::remove)
            .summary("Deletes an account and what belongs to it")
            .requires_role("admin")
            .returns_nothing();
    }

    mortise::Page<Profile> search(const Request& request) const {
        return profiles_->search(request.query<PeopleQuery>());
    }
    OwnProfile own_profile(const Request& request) const { return profiles_->own(request.signed_in().id); }
    OwnProfile change_profile(const Request& request) const {
        const std::string& id = request.signed_in().id;
        OwnProfile changed = profiles_->change(id, request.body<ProfileChanges>());
        purge(id);
        return changed;
    }
    OwnProfile put_avatar(const Request& request) const {
        const std::string& id = request.signed_in().id;
        avatars_->put(id, request.body());
        purge(id);
        return profiles_->own(id);
    }
    void remove_avatar(const Request& request) const {
        avatars_->remove(request.signed_in().id);
        purge(request.signed_in().id);
    }
    Profile profile(const Request& request) const { return profiles_->profile(request.param("id")); }
    Response show_avatar(const Request& request) const { return avatars_->show(request); }

    mortise::Page<Account> accounts(const Request& request) const {
        return profiles_->accounts(request.query<PeopleQuery>());
    }
    Account set_role(const Request& request) const {
        refuse_oneself(request, "You can't change your own role.");
        people_->set_role(request.param("id"), request.body<NewRole>().role);
        return account(request);
    }
    Account ban(const Request& request) const {
        refuse_oneself(request, "You can't ban yourself.");
        people_->ban(request.param("id"));
        return account(request);
    }
    Account unban(const Request& request) const {
        people_->unban(request.param("id"));
        return account(request);
    }
    void remove(const Request& request) const {
        refuse_oneself(request, "You can't delete your own account here.");
        people_->remove(request.param("id"));
        purge(request.param("id"));
    }

    // The last admin would otherwise lock everybody out with one wrong click.
    static void refuse_oneself(const Request& request, std::string text) {
        if (request.param("id") == request.signed_in().id)
            throw mortise::Error(mortise::Code::conflict, std::move(text)).named("own_account");
    }
    Account account(const Request& request) const {
        purge(request.param("id"));
        const auto person = people_->find(request.param("id"));
        if (!person) throw mortise::Error(mortise::Code::not_found, "There is no such user.");
        return as_account(*person);
    }
    void purge(std::string_view id) const { host_->purge("user:" + std::string(id)); }

    void on_person_deleted(const mortise::Event& event) const {
        if (event.from_here) host_->jobs().enqueue({.name = forget_job, .payload = event.payload});
    }
    void forget(const mortise::Job& job) const {
        const std::string id(job.payload.at("userId").as_string());
        profiles_->forget(id);
        purge(id);
    }

    mortise::Host* host_ = nullptr;
    mortise::People* people_ = nullptr;
    std::optional<ProfileBook> profiles_;
    std::optional<AvatarShelf> avatars_;
    mortise::Subscription person_deleted_;
};

}  // namespace users
MORTISE_PLUGIN(users::Users)
