// SPDX-License-Identifier: Apache-2.0
#include "room_media.h"

#include <optional>
#include <string>

#include "incoming.h"

namespace calls {

using mortise::Socket;

mortise::Shape<Tracks> RoomMedia::tracks_shape() {
    mortise::Shape<Tracks> shape;
    describe_call_id(shape.at(&Tracks::room_id));
    shape.at(&Tracks::tracks).about("An object, such as {audio: true, video: false}.");
    return shape;
}

mortise::Shape<Screen> RoomMedia::screen_shape() {
    mortise::Shape<Screen> shape;
    describe_call_id(shape.at(&Screen::room_id));
    shape.at(&Screen::track_id).length(1, 200);
    return shape;
}

Done RoomMedia::update_tracks(Socket& socket, const Tracks& wanted) const {
    const std::string text = info_text(parts_, wanted.tracks, "/tracks");
    const auto held = seats_.hold(socket, wanted.room_id);
    parts_.database.execute("UPDATE calls_seats SET tracks = ? WHERE call_id = ? AND user_id = ?", text,
                            held.room.id, held.user_id);
    seats_.tell_others(held.room, held.user_id, "groupcall:tracks-updated",
                       TracksNews{held.room.name, held.user_id, wanted.tracks});
    return {};
}

Done RoomMedia::start_screen(Socket& socket, const Screen& screen) const {
    const auto held = seats_.hold(socket, screen.room_id);
    store_screen(held.own(), screen.track_id);
    seats_.tell_others(held.room, held.user_id, "groupcall:screen-share-started",
                       ScreenNews{held.room.name, held.user_id, screen.track_id});
    return {};
}

Done RoomMedia::stop_screen(Socket& socket, const RoomName& wanted) const {
    const auto held = seats_.hold(socket, wanted.room_id);
    store_screen(held.own(), std::nullopt);
    seats_.tell_others(held.room, held.user_id, "groupcall:screen-share-stopped",
                       RoomPerson{held.room.name, held.user_id});
    return {};
}

void RoomMedia::store_screen(const Seat& seat, std::optional<std::string_view> track) const {
    parts_.database.execute("UPDATE calls_seats SET screen_track = ? WHERE call_id = ? AND user_id = ?",
                            track, seat.call_id, seat.user_id);
}

}  // namespace calls
