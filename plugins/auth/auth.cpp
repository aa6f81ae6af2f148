// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include <mortise/sdk.h>
#include <mortise/services/jobs.h>

#include "change_password.h"
#include "login.h"
#include "own_sessions.h"
#include "people_directory.h"
#include "refresh_session.h"
#include "register_account.h"
#include "reset_password.h"

namespace auth {

using mortise::Request;
using mortise::Response;

struct Features {
    explicit Features(mortise::Host& host) : parts(host) {}

    Parts parts;
    RegisterAccount register_account{parts};
    Login login{parts};
    RefreshSession refresh{parts};
    OwnSessions own_sessions{parts};
    ChangePassword change_password{parts};
    ResetPassword reset_password{parts};
    PeopleDirectory people{parts};
};

class Auth final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        Features& features = features_.emplace(host);
        host.provide<mortise::Identity>(features.parts.identity);
        host.provide<mortise::People>(features.people);
        offer_sign_in(host.http());
        offer_account(host.http());
        host.jobs().handle(ResetPassword::job, &features.reset_password, &ResetPassword::send_message);
        host.jobs().handle(cleaning_job, this, &Auth::clean);
        host.jobs().every(std::chrono::hours(1), cleaning_job);
    }
    void ready() override { features_->parts.start(); }
    void stop() override { features_->parts.stop(); }

private:
    static constexpr const char* cleaning_job = "auth.clean";

    void offer_sign_in(mortise::Http& http) {
        Features& features = *features_;
        http.post("/api/v1/auth/register", &features.register_account, &RegisterAccount::handle)
            .summary("Makes an account and signs it in")
            .limit("auth")
            .body(new_account_shape())
            .returns<SignedIn>(201);
        http.post("/api/v1/auth/login", &features.login, &Login::handle)
            .summary("Signs in")
            .limit("auth")
            .body(Login::shape())
            .returns<SignedIn>();
        http.post("/api/v1/auth/refresh", &features.refresh, &RefreshSession::handle)
            .summary("Gets new tokens for a refresh token")
            .body(RefreshSession::shape())
            .returns<SignedIn>();
        http.post("/api/v1/auth/forgot-password", &features.reset_password, &ResetPassword::ask)
            .summary("Sends a message with a token for a new password")
            .limit("auth")
            .body(ResetPassword::forgotten_shape())
            .returns_nothing(202);
        http.post("/api/v1/auth/reset-password", &features.reset_password, &ResetPassword::reset)
            .summary("Sets a new password by the token of a message")
            .limit("auth")
            .body(ResetPassword::reset_shape())
            .returns_nothing();
        http.get("/.well-known/jwks.json", this, &Auth::show_keys)
            .summary("Shows the public keys of access tokens")
            .inline_handler();
    }

    void offer_account(mortise::Http& http) {
        Features& features = *features_;
        http.get("/api/v1/auth/me", this, &Auth::show_account)
            .summary("Shows one's own account")
            .requires_user()
            .returns<AccountView>();
        http.patch("/api/v1/auth/password", &features.change_password, &ChangePassword::handle)
            .summary("Changes one's own password and ends one's other sessions")
            .requires_user()
            .limit("strict")
            .body(ChangePassword::shape())
            .returns<AccountView>();
        http.post("/api/v1/auth/logout", &features.own_sessions, &OwnSessions::log_out)
            .summary("Ends this session")
            .requires_user()
            .returns_nothing();
        http.post("/api/v1/auth/logout-all", &features.own_sessions, &OwnSessions::log_out_everywhere)
            .summary("Ends all of one's own sessions")
            .requires_user()
            .returns_nothing();
        http.get("/api/v1/auth/sessions", &features.own_sessions, &OwnSessions::list)
            .summary("Lists one's own sessions, the latest used first")
            .requires_user()
            .returns<mortise::Page<SessionView>>();
        http.del("/api/v1/auth/sessions/{id}", &features.own_sessions, &OwnSessions::end)
            .summary("Ends one of one's own sessions")
            .requires_user()
            .returns_nothing();
    }

    AccountView show_account(const Request& request) const {
        return view_of(features_->parts.accounts.signed_in(request.signed_in().id));
    }
    Response show_keys(const Request&) const {
        auto response = Response::json_text(features_->parts.keys.public_keys());
        response.set_header("cache-control", "public, max-age=300");
        return response;
    }
    void clean(const mortise::Job&) const {
        features_->parts.sessions.clean(features_->parts.now());
        features_->reset_password.clean();
    }

    std::optional<Features> features_;  // made by start()
};

}  // namespace auth
MORTISE_PLUGIN(auth::Auth)
