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
#include "devices.h"
#include "negotiation.h"
#include "parts.h"

namespace calls {

/// webrtc:offer.
struct Offer {
    std::string call_id;
    mortise::Json offer;
    std::optional<std::string> receiver_id;  // the other one; nobody else is possible
};
BOOST_DESCRIBE_STRUCT(Offer, (), (call_id, offer, receiver_id))

/// webrtc:answer.
struct OfferAnswer {
    std::string call_id;
    mortise::Json answer;
    std::optional<std::string> caller_id;  // who offered
};
BOOST_DESCRIBE_STRUCT(OfferAnswer, (), (call_id, answer, caller_id))

/// webrtc:ice-candidate.
struct Candidate {
    std::string call_id;
    mortise::Json candidate;
    std::optional<std::string> receiver_id;
};
BOOST_DESCRIBE_STRUCT(Candidate, (), (call_id, candidate, receiver_id))

/// webrtc:offer, as the other one hears it.
struct OfferNews {
    std::string call_id;
    mortise::Json offer;
    std::string caller_id;  // who offers
};
BOOST_DESCRIBE_STRUCT(OfferNews, (), (call_id, offer, caller_id))

/// webrtc:answer, as the other one hears it.
struct AnswerNews {
    std::string call_id;
    mortise::Json answer;
    std::string receiver_id;  // who answers
};
BOOST_DESCRIBE_STRUCT(AnswerNews, (), (call_id, answer, receiver_id))

/// webrtc:ice-candidate, as the other one hears it.
struct CandidateNews {
    std::string call_id;
    mortise::Json candidate;
    std::string sender_id;
};
BOOST_DESCRIBE_STRUCT(CandidateNews, (), (call_id, candidate, sender_id))

/// webrtc:glare, to the one whose offer came second: take it back and answer the other's.
struct OfferGlare {
    std::string call_id;
    std::string winner_id;
    bool polite = true;
};
BOOST_DESCRIBE_STRUCT(OfferGlare, (), (call_id, winner_id, polite))

/// What the browsers of the two have to tell each other, passed on between their two devices and to nobody
/// else. What it says is theirs.
class Signalling {
public:
    Signalling(const Parts& parts, const Devices& devices, const Negotiation& negotiation)
        : parts_(parts), devices_(devices), negotiation_(negotiation) {}

    static mortise::Shape<Offer> offer_shape();
    static mortise::Shape<OfferAnswer> answer_shape();
    static mortise::Shape<Candidate> candidate_shape();

    Done offer(mortise::Socket& socket, const Offer& offer) const;
    Done answer(mortise::Socket& socket, const OfferAnswer& answer) const;
    Done candidate(mortise::Socket& socket, const Candidate& candidate) const;

private:
    Devices::Held take_part(mortise::Socket& socket, std::string_view call_id,
                            const std::optional<std::string>& named) const;

    const Parts& parts_;
    const Devices& devices_;
    const Negotiation& negotiation_;
};

}  // namespace calls
