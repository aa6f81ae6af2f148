// SPDX-License-Identifier: Apache-2.0
#include "reset_password.h"

#include <mortise/base64.h>
#include <mortise/error.h>
#include <mortise/services/mail.h>

#include "digest.h"
#include "fold_case.h"
#include "new_account.h"

namespace auth {

namespace {

using mortise::Request;
using mortise::Response;
using mortise::Transaction;

[[noreturn]] void refuse_token() {
    throw mortise::Error(mortise::Code::unprocessable, "This link is not valid any more. Ask for a new one.")
        .named("invalid_reset_token")
        .with_fault({"/token", "invalid", "Is unknown, used or too old."});
}

}  // namespace

ResetPassword::ResetPassword(const Parts& parts)
    : parts_(parts), settings_(parts.host.options().group("reset")) {}

mortise::Shape<ForgottenPassword> ResetPassword::forgotten_shape() {
    mortise::Shape<ForgottenPassword> shape;
    shape.at(&ForgottenPassword::email).email();
    return shape;
}

mortise::Shape<PasswordReset> ResetPassword::reset_shape() {
    mortise::Shape<PasswordReset> shape;
    shape.at(&PasswordReset::token).length(1, 200).about("From the message.");
    describe_password(shape.at(&PasswordReset::password));
    return shape;
}

Response ResetPassword::ask(const Request& request) const {
    const std::string& email = request.body<ForgottenPassword>().email;
    parts_.host.jobs().enqueue({.name = job,
                                .payload = mortise::JsonObject{{"email", email}},
                                .unique_key = sha256_text(fold_case(email))});
    return Response::json(
        mortise::JsonObject{
            {"message", "If there is an account with this address, a message is on its way."}},
        202);
}

void ResetPassword::send_message(const mortise::Job& job) const {
    const auto account = parts_.accounts.credentials_of_login(job.payload.at("email").as_string());
    if (!account || account->person.banned_at) return;
    const std::string token = mortise::base64url_encode(random_key());
    const auto expires_at = parts_.now() + settings_.lifetime;
    parts_.host.database().write([&](Transaction& tx) {
        tx.execute(
            "INSERT INTO auth_password_resets (account_id, token_hash, expires_at) VALUES (?, ?, ?) ON "
            "CONFLICT "
            "(account_id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at",
            account->person.id, sha256_text(token), expires_at);
        parts_.host.mail().send(
            tx, {.to = {account->person.email}, .subject = settings_.subject, .text = message_text(token)});
    });
}

void ResetPassword::reset(const Request& request) const {
    const auto& wanted = request.body<PasswordReset>();
    const std::string token_hash = sha256_text(wanted.token);
    const mortise::Person owner = owner_of(token_hash);
    const std::string password_hash = parts_.hasher.hash(wanted.password, request.deadline());
    const auto now = parts_.now();
    const EndedSessions ended = parts_.host.database().write([&](Transaction& tx) {
        Accounts::hold(tx, owner.id);
        if (tx.execute("DELETE FROM auth_password_resets WHERE token_hash = ?", token_hash) == 0)
            refuse_token();
        Accounts::set_password_hash(tx, owner.id, password_hash);
        return Sessions::end_all(tx, owner.id, "", now);
    });
    parts_.standing.announce_ended(ended);
}

void ResetPassword::clean() const {
    parts_.host.database().execute("DELETE FROM auth_password_resets WHERE expires_at <= ?", parts_.now());
}

mortise::Person ResetPassword::owner_of(std::string_view token_hash) const {
    const auto row = parts_.host.database().one(
        "SELECT account_id FROM auth_password_resets WHERE token_hash = ? AND expires_at > ?", token_hash,
        parts_.now());
    if (!row) refuse_token();
    auto person = parts_.accounts.find(row->text(0));
    if (!person) refuse_token();
    return std::move(*person);
}

std::string ResetPassword::message_text(std::string_view token) const {
    constexpr std::string_view mark = "{token}";
    std::string way = settings_.url.empty() ? std::string(mark) : settings_.url;
    for (std::size_t place = way.find(mark); place != std::string::npos;
         place = way.find(mark, place + token.size()))
        way.replace(place, mark.size(), token);
    const auto minutes = std::chrono::floor<std::chrono::minutes>(settings_.lifetime).count();
    return "Somebody, most likely you, asked for a new password for your account.\n\n    " + way +
           "\n\nThis can be used once, within " + std::to_string(minutes) +
           " minutes. If it was not you, do nothing: your password stays as it is.\n";
}

}  // namespace auth
