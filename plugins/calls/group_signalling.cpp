// SPDX-License-Identifier: Apache-2.0
#include "group_signalling.h"

#include <vector>

#include "refusals.h"

namespace calls {

using mortise::Socket;

mortise::Shape<GroupOffer> GroupSignalling::offer_shape() {
    mortise::Shape<GroupOffer> shape;
    describe_call_id(shape.at(&GroupOffer::room_id));
    return shape;
}

mortise::Shape<GroupAnswer> GroupSignalling::answer_shape() {
    mortise::Shape<GroupAnswer> shape;
    describe_call_id(shape.at(&GroupAnswer::room_id));
    return shape;
}

mortise::Shape<GroupCandidate> GroupSignalling::candidate_shape() {
    mortise::Shape<GroupCandidate> shape;
    describe_call_id(shape.at(&GroupCandidate::room_id));
    return shape;
}

Done GroupSignalling::offer(Socket& socket, const GroupOffer& offer) const {
    const auto held = take_part(socket, offer.room_id, offer.target_user_id);
    const auto is_first = [&](const Seat& other) {
        if (negotiation_.offer(held.room.id, held.user_id, other.user_id)) return true;
        parts_.figures.settled_glare();
        socket.emit("groupcall:webrtc-glare", GroupGlare{held.room.name, other.user_id});
        return false;
    };
    const auto signal = parts_.signal(GroupOfferNews{held.room.name, offer.offer, held.user_id});
    if (!relay(held, is_first, "groupcall:webrtc-offer", signal))
        refuse_conflict("glare", "The other side offers at the same time: answer that");
    return {};
}

Done GroupSignalling::answer(Socket& socket, const GroupAnswer& answer) const {
    const auto held = take_part(socket, answer.room_id, answer.target_user_id);
    const auto has_asked = [&](const Seat& other) {
        return negotiation_.answer(held.room.id, held.user_id, other.user_id);
    };
    const auto signal = parts_.signal(GroupAnswerNews{held.room.name, answer.answer, held.user_id});
    if (!relay(held, has_asked, "groupcall:webrtc-answer", signal)) refuse_step();
    return {};
}

Done GroupSignalling::candidate(Socket& socket, const GroupCandidate& candidate) const {
    const auto held = take_part(socket, candidate.room_id, candidate.target_user_id);
    const auto signal = parts_.signal(GroupCandidateNews{held.room.name, candidate.candidate, held.user_id});
    relay(
        held, [](const Seat&) { return true; }, "groupcall:webrtc-ice-candidate", signal);
    return {};
}

RoomSeats::Held GroupSignalling::take_part(Socket& socket, std::string_view room_id,
                                           const std::optional<std::string>& target) const {
    if (!target) return seats_.hold(socket, room_id);
    auto held = seats_.hold_with(socket, room_id, *target);
    const Seat* other = *target == held.user_id ? nullptr : held.room.seat_of(*target);
    if (other == nullptr) refuse_unknown_participant();
    if (!other->is_held()) refuse_conflict("peer_away", "The other side is not connected");
    // Whoever came back with this very event has seen all the seats.
    std::erase_if(held.room.seats,
                  [&](const Seat& seat) { return seat.user_id != *target && seat.user_id != held.user_id; });
    return held;
}

template <class IsFor>
bool GroupSignalling::relay(RoomSeats::Held held, IsFor is_for, std::string_view event,
                            const mortise::Arguments& signal) const {
    std::vector<Seat>& seats = held.room.seats;
    std::erase_if(seats, [&](const Seat& seat) { return seat.user_id == held.user_id || !seat.is_held(); });
    const bool is_anybody_there = !seats.empty();
    std::erase_if(seats, [&](const Seat& seat) { return !is_for(seat); });
    if (const auto devices = seats_.others(held.room, held.user_id)) parts_.send(*devices, event, signal);
    return !seats.empty() || !is_anybody_there;
}

}  // namespace calls
