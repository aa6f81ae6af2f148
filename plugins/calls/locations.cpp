// SPDX-License-Identifier: Apache-2.0
#include "locations.h"

#include <algorithm>

#include <mortise/services/identity.h>
#include <mortise/services/store.h>
#include <mortise/text.h>

#include "refusals.h"
#include "room.h"

namespace calls {

using mortise::Json;
using mortise::Socket;

namespace {

// Of the places people share their position in: a group's conversation, a group call.
constexpr std::string_view group_place = "group:";
constexpr std::string_view call_place = "call:";

// A socket that has joined a place is in a room of its own person's there: so that an update reaches those
// who belong to the place at that moment, whatever rooms a socket is still in.
constexpr std::string_view joined_mark = "calls:location:";

std::string room_of(std::string_view place, std::string_view user_id) {
    return std::string(joined_mark) + std::string(place) + '/' + std::string(user_id);
}

std::vector<std::string> places_of(const Socket& socket, std::string_view user_id) {
    const std::string end = '/' + std::string(user_id);
    std::vector<std::string> places;
    for (const std::string& room : socket.rooms())
        if (room.starts_with(joined_mark) && room.ends_with(end))
            places.push_back(room.substr(joined_mark.size(), room.size() - joined_mark.size() - end.size()));
    return places;
}

// What its clients call a place.
std::string_view name_of(std::string_view place) {
    const bool is_call = place.starts_with(call_place);
    place.remove_prefix(is_call ? call_place.size() : group_place.size());
    return is_call ? place.substr(0, place.rfind('@')) : place;
}

std::string key_of(std::string_view user_id) {
    return "calls:location:" + std::string(user_id);
}

}  // namespace

Locations::Locations(const Parts& parts)
    : parts_(parts),
      store_(parts.host.store()),
      kept_(parts.host.options().group("location").duration("kept")) {}

mortise::Shape<Whereabouts> Locations::whereabouts_shape() {
    mortise::Shape<Whereabouts> shape;
    shape.at(&Whereabouts::lat).range(-90, 90);
    shape.at(&Whereabouts::lng).range(-180, 180);
    shape.at(&Whereabouts::speed).range(0, 100'000);
    shape.at(&Whereabouts::heading).range(0, 360);
    shape.at(&Whereabouts::accuracy).range(0, 50'000'000);
    return shape;
}

mortise::Shape<LocationRoom> Locations::room_shape() {
    mortise::Shape<LocationRoom> shape;
    shape.at(&LocationRoom::room_id).length(1, 128).about("A group of one's own, or a group call one is in.");
    return shape;
}

mortise::Shape<LocationRequest> Locations::request_shape() {
    mortise::Shape<LocationRequest> shape;
    shape.at(&LocationRequest::target_user_id).length(1, 128);
    return shape;
}

Done Locations::update(Socket& socket, const Whereabouts& whereabouts) const {
    const auto user = socket.signed_in();
    const Position position = position_of(user->id, whereabouts);
    const auto places = places_of(socket, user->id);
    const mortise::JsonObject known{{"position", mortise::parse_json(mortise::to_json_text(position))},
                                    {"places", mortise::JsonArray(places.begin(), places.end())}};
    store_.set(key_of(user->id), mortise::to_text(known), kept_);
    if (const auto audience = audience_of(socket, places)) audience->emit("location:peer", position);
    socket.emit("location:confirmed", position);
    return {};
}

Done Locations::join(Socket& socket, const LocationRoom& room) const {
    const auto user = socket.signed_in();
    const auto place = find_place(room.room_id, user->id);
    if (!place) throw mortise::Error(mortise::Code::not_found, "There is no such room of yours");
    socket.join(room_of(*place, user->id));
    return {};
}

Done Locations::leave(Socket& socket, const LocationRoom& room) const {
    const auto user = socket.signed_in();
    for (const std::string& place : places_of(socket, user->id))
        if (name_of(place) == room.room_id) socket.leave(room_of(place, user->id));
    return {};
}

Done Locations::request(Socket& socket, const LocationRequest& request) const {
    const auto user = socket.signed_in();
    if (const auto text = store_.get(key_of(request.target_user_id))) {
        const Json known = mortise::parse_json(*text);
        if (may_know(user->id, request.target_user_id, known.at("places"))) {
            socket.emit("location:response", known.at("position"));
            return {};
        }
    }
    // In the same words for a stranger, who need not learn that there is anything to know.
    socket.emit("location:offline", NoPosition{request.target_user_id});
    return {};
}

// The group of this id, or the group call of this name; empty when they are in neither.
std::optional<std::string> Locations::find_place(std::string_view room_id, std::string_view user_id) const {
    if (parts_.groups != nullptr && parts_.groups->is_member(room_id, user_id))
        return std::string(group_place) + std::string(room_id);
    const auto room = find_room_of(parts_.database, room_id, user_id);
    if (!room) return std::nullopt;
    return std::string(call_place) + room->name + '@' + room->id;
}

Locations::People Locations::people_of(std::string_view place) const {
    People people;
    if (place.starts_with(group_place)) {
        const auto group = parts_.groups->find(place.substr(group_place.size()));
        if (group) people = group->members;
    } else {
        const std::string_view id = place.substr(place.rfind('@') + 1);
        const auto room = find_room_by_id(parts_.database, id);
        if (room)
            for (const Seat& seat : room->seats) people.push_back(seat.user_id);
    }
    return people;
}

bool Locations::may_know(std::string_view asker, std::string_view target, const Json& places) const {
    if (asker == target) return true;
    if (places.as_array().empty())
        return parts_.groups != nullptr && parts_.groups->are_contacts(asker, target);
    return std::any_of(places.as_array().begin(), places.as_array().end(), [&](const Json& place) {
        const People people = people_of(place.as_string());
        return mortise::contains(people, asker) && mortise::contains(people, target);
    });
}

Position Locations::position_of(std::string_view user_id, const Whereabouts& whereabouts) const {
    Position position{std::string(user_id), whereabouts.lat,      whereabouts.lng,    whereabouts.speed,
                      whereabouts.heading,  whereabouts.accuracy, parts_.clock.now(), {}};
    if (parts_.people != nullptr)
        if (const auto person = parts_.people->find(user_id)) position.user.fullname = person->username;
    return position;
}

// Empty for nobody.
std::optional<mortise::Audience> Locations::audience_of(const Socket& socket,
                                                        const std::vector<std::string>& places) const {
    const auto user = socket.signed_in();
    std::vector<std::string> rooms;
    if (places.empty() && parts_.groups != nullptr)
        for (const std::string& contact : parts_.groups->contacts_of(user->id))
            rooms.push_back(mortise::room_of_user(contact));
    for (const std::string& place : places) {
        const People people = people_of(place);
        if (!mortise::contains(people, user->id)) continue;
        for (const std::string& person : people) rooms.push_back(room_of(place, person));
    }
    if (rooms.empty()) return std::nullopt;
    mortise::Audience audience = parts_.sockets.to_room(rooms.front());
    for (const std::string& room : rooms) audience.to_room(room);
    audience.except(socket.id());
    return audience;
}

}  // namespace calls
