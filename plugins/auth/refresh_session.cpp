// SPDX-License-Identifier: Apache-2.0
#include "refresh_session.h"

#include <mortise/error.h>

namespace auth {

using mortise::Request;
using mortise::Response;
using mortise::Transaction;

RefreshSession::RefreshSession(const Parts& parts)
    : parts_(parts),
      reuses_(parts.host.metrics().counter("refresh_reuses_total",
                                           "Sessions ended because an old refresh token "
                                           "was used again.")) {}

mortise::Shape<RefreshRequest> RefreshSession::shape() {
    mortise::Shape<RefreshRequest> shape;
    shape.at(&RefreshRequest::refresh_token).length(1, 500).about("Absent: the cookie refresh_token counts.");
    return shape;
}

Response RefreshSession::handle(const Request& request) const {
    if (const auto token = token_of(request)) {
        const auto now = parts_.now();
        const Refreshed refreshed = parts_.host.database().write([&](Transaction& tx) {
            return parts_.sessions.refresh(tx, *token, parts_.keys.derivation_key(), now);
        });
        if (const auto* renewed = std::get_if<Renewed>(&refreshed))
            return parts_.issuer.answer(renewed->person, renewed->token);
        if (const auto* reused = std::get_if<Reused>(&refreshed)) end_stolen(*token, *reused);
    }
    throw mortise::Error(mortise::Code::unauthenticated, "The refresh token is not valid. Sign in again.")
        .named("invalid_refresh_token");
}

std::optional<RefreshToken> RefreshSession::token_of(const Request& request) const {
    const auto& sent = request.body<RefreshRequest>().refresh_token;
    if (sent) return RefreshToken::parse(*sent);
    const auto cookie = parts_.cookies.refresh_token(request);
    if (!cookie) return std::nullopt;
    auto token = RefreshToken::parse(*cookie);
    if (token && !parts_.cookies.is_from_our_page(request, token->session_id())) return std::nullopt;
    return token;
}

void RefreshSession::end_stolen(const RefreshToken& token, const Reused& reused) const {
    reuses_.add();
    parts_.host.log().warn("a used refresh token came again, its session is ended",
                           {{"session", token.session_id()}});
    parts_.standing.announce_ended(reused.ended);
}

}  // namespace auth
