// SPDX-License-Identifier: Apache-2.0
#include "signalling.h"

#include <mortise/services/identity.h>

#include "refusals.h"

namespace calls {

using mortise::Socket;

mortise::Shape<Offer> Signalling::offer_shape() {
    mortise::Shape<Offer> shape;
    describe_call_id(shape.at(&Offer::call_id));
    return shape;
}

mortise::Shape<OfferAnswer> Signalling::answer_shape() {
    mortise::Shape<OfferAnswer> shape;
    describe_call_id(shape.at(&OfferAnswer::call_id));
    return shape;
}

mortise::Shape<Candidate> Signalling::candidate_shape() {
    mortise::Shape<Candidate> shape;
    describe_call_id(shape.at(&Candidate::call_id));
    return shape;
}

Done Signalling::offer(Socket& socket, const Offer& offer) const {
    const auto held = take_part(socket, offer.call_id, offer.receiver_id);
    const mortise::Audience other = devices_.other_side(held);
    const auto signal = parts_.signal(OfferNews{held.call.name, offer.offer, held.own().user_id});
    if (!negotiation_.offer(held.call.id, held.own().user_id, held.other().user_id)) {
        parts_.figures.settled_glare();
        socket.emit("webrtc:glare", OfferGlare{held.call.name, held.other().user_id});
        refuse_conflict("glare", "The other side offers at the same time: answer that");
    }
    parts_.send(other, "webrtc:offer", signal);
    return {};
}

Done Signalling::answer(Socket& socket, const OfferAnswer& answer) const {
    const auto held = take_part(socket, answer.call_id, answer.caller_id);
    const mortise::Audience other = devices_.other_side(held);
    const auto signal = parts_.signal(AnswerNews{held.call.name, answer.answer, held.own().user_id});
    if (!negotiation_.answer(held.call.id, held.own().user_id, held.other().user_id)) refuse_step();
    parts_.send(other, "webrtc:answer", signal);
    return {};
}

Done Signalling::candidate(Socket& socket, const Candidate& candidate) const {
    const auto held = take_part(socket, candidate.call_id, candidate.receiver_id);
    const auto signal = parts_.signal(CandidateNews{held.call.name, candidate.candidate, held.own().user_id});
    parts_.send(devices_.other_side(held), "webrtc:ice-candidate", signal);
    return {};
}

Devices::Held Signalling::take_part(Socket& socket, std::string_view call_id,
                                    const std::optional<std::string>& named) const {
    Devices::Held held = devices_.take_part(socket, call_id);
    if (named && *named != held.other().user_id) refuse_unknown_call();
    return held;
}

}  // namespace calls
