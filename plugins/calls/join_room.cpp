// SPDX-License-Identifier: Apache-2.0
#include "join_room.h"

#include <optional>
#include <utility>

#include <mortise/id.h>
#include <mortise/services/identity.h>
#include <mortise/text.h>

#include "call_events.h"
#include "incoming.h"
#include "live_call.h"
#include "refusals.h"

namespace calls {

using mortise::Socket;
using mortise::Transaction;

namespace {

[[noreturn]] void refuse_unknown_group() {
    throw mortise::Error(mortise::Code::not_found, "Group not found");
}

}  // namespace

mortise::Shape<Entry> JoinRoom::shape() {
    mortise::Shape<Entry> shape;
    describe_call_id(shape.at(&Entry::room_id));
    shape.at(&Entry::group_id).length(1, 128);
    shape.at(&Entry::call_type).one_of({std::string(audio), std::string(video)});
    shape.at(&Entry::user_info).about("An object, shown to the others.");
    return shape;
}

Joined JoinRoom::join(Socket& socket, const Entry& entry) const {
    const auto user = socket.signed_in();
    const mortise::Group group = require_member(entry.group_id, user->id);
    const Appearance appearance = appearance_of(user->id, entry);
    const Entered entered =
        parts_.database.write([&](Transaction& tx) { return enter(tx, socket, entry, appearance); });
    tell(entered, user->id, appearance);
    if (entered.is_new_room) invite(entered.room, group, appearance);
    socket.emit("groupcall:joined", entered.joined);
    return entered.joined;
}

mortise::Group JoinRoom::require_member(const std::string& group_id, std::string_view user_id) const {
    if (parts_.groups == nullptr) refuse_unknown_group();
    auto group = parts_.groups->find(group_id);
    if (!group || !group->is_group) refuse_unknown_group();
    if (!mortise::contains(group->members, user_id))
        throw mortise::Error(mortise::Code::forbidden, "You are not a member of this group")
            .named("not_a_member");
    return std::move(*group);
}

Appearance JoinRoom::appearance_of(std::string_view user_id, const Entry& entry) const {
    const mortise::JsonObject tracks{{"audio", true}, {"video", entry.call_type == video}};
    return {shown_info(parts_, user_id, entry.user_info.value_or(nullptr), "/userInfo"),
            mortise::to_text(tracks)};
}

JoinRoom::Entered JoinRoom::enter(Transaction& tx, const Socket& socket, const Entry& entry,
                                  const Appearance& appearance) const {
    const auto user = socket.signed_in();
    lock_person(tx, user->id);
    lock_room(tx, entry.group_id, entry.room_id);
    Entered entered;
    if (auto room = find_room(tx, entry.group_id, entry.room_id)) {
        entered.room = std::move(*room);
    } else {
        entered.room = {mortise::new_id(),
                        entry.room_id,
                        entry.group_id,
                        entry.call_type,
                        user->id,
                        parts_.clock.now(),
                        {}};
        entered.is_new_room = true;
    }
    Room& room = entered.room;
    if (Seat* seat = room.seat_of(user->id)) {
        entered.has_moved = !seat->is_held_by(socket);
        if (entered.has_moved) {
            if (seat->is_held()) entered.left_device = seat->socket_id;
            parts_.put(*seat, socket);
            store_device(tx, *seat);
            store_appearance(tx, *seat, appearance);
        }
    } else {
        require_room_for(tx, room, user->id);
        if (entered.is_new_room) insert_room(tx, room, appearance.info);
        Seat& taken = room.seats.emplace_back();
        taken.call_id = room.id;
        taken.user_id = user->id;
        taken.joined_at = parts_.clock.now();
        parts_.put(taken, socket);
        insert_seat(tx, taken);
        store_appearance(tx, taken, appearance);
        entered.is_new_seat = true;
    }
    entered.joined = RoomSeats::joined(tx, room, user->id);
    return entered;
}

void JoinRoom::require_room_for(Transaction& tx, const Room& room, std::string_view user_id) const {
    if (room.seats.size() >= parts_.settings.participants) refuse_conflict("call_full", "The call is full");
    const auto others = rooms_of(tx, user_id);
    if (others.size() >= parts_.settings.rooms_per_person)
        refuse_conflict("too_many_calls", "You are in too many calls");
    for (const Room& other : others)  // later events name the room only
        if (other.name == room.name) refuse_conflict("room_id_in_use", "Room id is in use");
}

void JoinRoom::tell(const Entered& entered, const std::string& user_id, const Appearance& appearance) const {
    const Room& room = entered.room;
    if (entered.is_new_seat) {
        parts_.figures.entered(entered.is_new_room);
        Participant participant{user_id,
                                mortise::parse_json(appearance.info),
                                mortise::parse_json(appearance.tracks),
                                std::nullopt,
                                false,
                                room.seat_of(user_id)->joined_at};
        seats_.tell_others(room, user_id, "groupcall:participant-joined",
                           ParticipantJoined{room.name, std::move(participant)});
    } else if (entered.has_moved) {
        seats_.back(room, user_id);
        seats_.tell_others(room, user_id, "groupcall:tracks-updated",
                           TracksNews{room.name, user_id, mortise::parse_json(appearance.tracks)});
        seats_.tell_others(room, user_id, "groupcall:screen-share-stopped", RoomPerson{room.name, user_id});
    }
    if (!entered.left_device.empty())
        parts_.sockets.to_socket(entered.left_device)
            .emit("groupcall:error", RoomFailure{room.name, "Joined on another device"});
}

void JoinRoom::invite(const Room& room, const mortise::Group& group, const Appearance& appearance) const {
    std::optional<mortise::Audience> invited;
    for (const std::string& member : group.members) {
        if (member == room.caller_id) continue;
        if (invited)
            invited->to_user(member);
        else
            invited = parts_.sockets.to_user(member);
    }
    if (!invited) return;
    invited->emit("groupcall:invitation", Invitation{room.name, room.group_id, room.call_type,
                                                     mortise::parse_json(appearance.info), group.title});
}

}  // namespace calls
