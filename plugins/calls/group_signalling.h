// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/describe.hpp>

#include <mortise/json.h>
#include <mortise/shape.h>
#include <mortise/socket.h>

#include "call_events.h"
#include "negotiation.h"
#include "parts.h"
#include "room_seats.h"

namespace calls {

/// groupcall:webrtc-offer.
struct GroupOffer {
    std::string room_id;
    mortise::Json offer;
    std::optional<std::string> target_user_id;  // absent: all others
};
BOOST_DESCRIBE_STRUCT(GroupOffer, (), (room_id, offer, target_user_id))

/// groupcall:webrtc-answer.
struct GroupAnswer {
    std::string room_id;
    mortise::Json answer;
    std::optional<std::string> target_user_id;
};
BOOST_DESCRIBE_STRUCT(GroupAnswer, (), (room_id, answer, target_user_id))

/// groupcall:webrtc-ice-candidate.
struct GroupCandidate {
    std::string room_id;
    mortise::Json candidate;
    std::optional<std::string> target_user_id;
};
BOOST_DESCRIBE_STRUCT(GroupCandidate, (), (room_id, candidate, target_user_id))

/// groupcall:webrtc-offer, as the others hear it.
struct GroupOfferNews {
    std::string room_id;
    mortise::Json offer;
    std::string sender_id;
};
BOOST_DESCRIBE_STRUCT(GroupOfferNews, (), (room_id, offer, sender_id))

/// groupcall:webrtc-answer, as the others hear it.
struct GroupAnswerNews {
    std::string room_id;
    mortise::Json answer;
    std::string sender_id;
};
BOOST_DESCRIBE_STRUCT(GroupAnswerNews, (), (room_id, answer, sender_id))

/// groupcall:webrtc-ice-candidate, as the others hear it.
struct GroupCandidateNews {
    std::string room_id;
    mortise::Json candidate;
    std::string sender_id;
};
BOOST_DESCRIBE_STRUCT(GroupCandidateNews, (), (room_id, candidate, sender_id))

/// groupcall:webrtc-glare, to the one whose offer came second: take it back and answer the other's.
struct GroupGlare {
    std::string room_id;
    std::string winner_id;
    bool polite = true;
};
BOOST_DESCRIBE_STRUCT(GroupGlare, (), (room_id, winner_id, polite))

/// What the browsers in a group call have to tell each other, passed on to one of them or to all. Offers are
/// settled for each two of them, as in a call of two.
class GroupSignalling {
public:
    GroupSignalling(const Parts& parts, const RoomSeats& seats, const Negotiation& negotiation)
        : parts_(parts), seats_(seats), negotiation_(negotiation) {}

    static mortise::Shape<GroupOffer> offer_shape();
    static mortise::Shape<GroupAnswer> answer_shape();
    static mortise::Shape<GroupCandidate> candidate_shape();

    Done offer(mortise::Socket& socket, const GroupOffer& offer) const;
    Done answer(mortise::Socket& socket, const GroupAnswer& answer) const;
    Done candidate(mortise::Socket& socket, const GroupCandidate& candidate) const;

private:
    RoomSeats::Held take_part(mortise::Socket& socket, std::string_view room_id,
                              const std::optional<std::string>& target) const;
    /// Sends to those of the others who are there and for whom `is_for` says so; false when there were some
    /// and it was for none.
    template <class IsFor>
    bool relay(RoomSeats::Held held, IsFor is_for, std::string_view event,
               const mortise::Arguments& signal) const;

    const Parts& parts_;
    const RoomSeats& seats_;
    const Negotiation& negotiation_;
};

}  // namespace calls
