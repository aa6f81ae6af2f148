// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include <mortise/sdk.h>
#include <mortise/services/events.h>
#include <mortise/services/jobs.h>
#include <mortise/services/nodes.h>
#include <mortise/services/people.h>

#include "announcements.h"
#include "call_ending.h"
#include "comings.h"
#include "deadlines.h"
#include "devices.h"
#include "forget.h"
#include "group_signalling.h"
#include "history.h"
#include "ice_servers.h"
#include "join_room.h"
#include "leave_room.h"
#include "locations.h"
#include "negotiation.h"
#include "notices.h"
#include "refusals.h"
#include "ring.h"
#include "room_media.h"
#include "room_seats.h"
#include "signalling.h"

namespace calls {

struct Features {
    explicit Features(mortise::Host& host)
        : parts(host),
          deadlines(host),
          negotiation(host.store()),
          ice_servers(host.options(), host.clock()) {}

    Parts parts;
    Deadlines deadlines;
    Negotiation negotiation;
    IceServers ice_servers;
    Notices notices{parts};
    CallEnding ending{parts, notices};
    Devices devices{parts, negotiation};
    Ring ring{parts, devices, ending, deadlines};
    Signalling signalling{parts, devices, negotiation};
    RoomSeats room_seats{parts, negotiation};
    JoinRoom join_room{parts, room_seats};
    LeaveRoom leave_room{parts, room_seats, notices};
    RoomMedia room_media{parts, room_seats};
    GroupSignalling group_signalling{parts, room_seats, negotiation};
    Locations locations{parts};
    History history{parts};
    Forget forget{parts};
    Comings comings{parts, devices, room_seats, notices, deadlines};
};

class Calls final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        Features& features = features_.emplace(host);
        take_calls(host.sockets());
        take_signals(host.sockets());
        announce_events(host.sockets());
        take_group_calls(host.sockets());
        take_group_signals(host.sockets());
        take_locations(host.sockets());
        take_requests(host.http());
        host.sockets().on_connect(&features.comings, &Comings::connected);
        host.sockets().on_disconnect(&features.comings, &Comings::disconnected);
        host.jobs().handle(std::string(Deadlines::job), this, &Calls::check);
        host.jobs().handle(std::string(Notices::tidy_job), &features.notices, &Notices::tidy);
        host.jobs().handle(std::string(Forget::job), &features.forget, &Forget::forget_person);
        host.jobs().daily(std::chrono::hours(3), std::string(Notices::tidy_job));
    }

    void ready() override {
        Parts& parts = features_->parts;
        parts.people = parts.host.find<mortise::People>();
        parts.groups = parts.host.find<mortise::Groups>();
        parts.figures.count();
        features_->comings.start();
        person_deleted_ = parts.host.events().subscribe(mortise::person_deleted_topic, &features_->forget,
                                                        &Forget::on_person_deleted);
    }
    void stop() override {
        person_deleted_ = {};
        features_->comings.stop();
    }

private:
    // Who is refused hears it twice: old clients ask for no acknowledgement, and listen for call:failed.
    template <class Feature, class Answer, class Payload>
    mortise::EventRoute take(mortise::Sockets& sockets, std::string event, const Feature& feature,
                             Answer (Feature::*handle)(mortise::Socket&, const Payload&) const,
                             mortise::Shape<Payload> shape) const {
        auto route = sockets.add(
            std::move(event), [&feature, handle](mortise::Socket& socket, const mortise::Message& message) {
                const auto& payload = message.payload<Payload>();
                try {
                    return mortise::to_arguments((feature.*handle)(socket, payload));
                } catch (const Glare& glare) {
                    tell_failure(socket, payload, glare.public_text(), glare.winner());
                    throw;
                } catch (const mortise::Error& error) {
                    tell_failure(socket, payload, error.public_text(), std::nullopt);
                    throw;
                }
            });
        return route.requires_user().payload(std::move(shape)).template returns<Answer>();
    }

    template <class Payload>
    static void tell_failure(mortise::Socket& socket, const Payload& payload, std::string_view reason,
                             std::optional<std::string> winner) {
        if constexpr (requires { payload.room_id; }) {
            socket.emit("groupcall:error", RoomFailure{payload.room_id, std::string(reason)});
        } else {
            Failed failed{{}, std::string(reason), std::move(winner)};
            if constexpr (requires { *payload.call_id; })
                failed.call_id = payload.call_id.value_or("");
            else
                failed.call_id = payload.call_id;
            socket.emit("call:failed", failed);
        }
    }

    void take_calls(mortise::Sockets& sockets) {
        Features& features = *features_;
        take(sockets, "call:initiate", features.ring, &Ring::initiate, Ring::new_call_shape())
            .summary("Calls somebody: rings on all their devices, now or when they connect in time")
            .limit("call");
        take(sockets, "call:answer", features.ring, &Ring::answer, Ring::pickup_shape())
            .summary("Answers a call, on the device that was first");
        take(sockets, "call:reject", features.ring, &Ring::reject, Ring::ending_shape())
            .summary("Declines a call, on all devices");
        take(sockets, "call:end", features.ring, &Ring::end, Ring::ending_shape())
            .summary("Hangs up, or gives up calling");
        take(sockets, "call:mute-status", features.ring, &Ring::mute, Ring::mute_shape())
            .summary("Tells the other one whether one is muted")
            .limit("signal");
        take(sockets, "call:resume", features.devices, &Devices::resume, Devices::shape())
            .summary("Takes one's place in a call whose device lost its connection")
            .limit("call");
    }

    void take_signals(mortise::Sockets& sockets) {
        Features& features = *features_;
        take(sockets, "webrtc:offer", features.signalling, &Signalling::offer, Signalling::offer_shape())
            .summary("Passes an SDP offer on to the other one; of two at once the first counts")
            .limit("signal");
        take(sockets, "webrtc:answer", features.signalling, &Signalling::answer, Signalling::answer_shape())
            .summary("Passes an SDP answer on to the other one")
            .limit("signal");
        take(sockets, "webrtc:ice-candidate", features.signalling, &Signalling::candidate,
             Signalling::candidate_shape())
            .summary("Passes an ICE candidate on to the other one")
            .limit("signal");
    }

    void take_group_calls(mortise::Sockets& sockets) {
        Features& features = *features_;
        take(sockets, "groupcall:join", features.join_room, &JoinRoom::join, JoinRoom::shape())
            .summary("Enters a group's call, or begins it and invites the members")
            .limit("call");
        take(sockets, "groupcall:leave", features.leave_room, &LeaveRoom::leave, LeaveRoom::shape())
            .summary("Leaves a group call");
        take(sockets, "groupcall:update-tracks", features.room_media, &RoomMedia::update_tracks,
             RoomMedia::tracks_shape())
            .summary("Tells the others what one sends")
            .limit("signal");
        take(sockets, "groupcall:screen-share-start", features.room_media, &RoomMedia::start_screen,
             RoomMedia::screen_shape())
            .summary("Shows one's screen to the others")
            .limit("signal");
        take(sockets, "groupcall:screen-share-stop", features.room_media, &RoomMedia::stop_screen,
             LeaveRoom::shape())
            .summary("Shows one's screen no longer")
            .limit("signal");
    }

    void take_group_signals(mortise::Sockets& sockets) {
        const GroupSignalling& signalling = features_->group_signalling;
        take(sockets, "groupcall:webrtc-offer", signalling, &GroupSignalling::offer,
             GroupSignalling::offer_shape())
            .summary(
                "Passes an SDP offer on to one of the others, or to all; of two at once the first counts")
            .limit("signal");
        take(sockets, "groupcall:webrtc-answer", signalling, &GroupSignalling::answer,
             GroupSignalling::answer_shape())
            .summary("Passes an SDP answer on to whoever offered")
            .limit("signal");
        take(sockets, "groupcall:webrtc-ice-candidate", signalling, &GroupSignalling::candidate,
             GroupSignalling::candidate_shape())
            .summary("Passes an ICE candidate on to one of the others, or to all")
            .limit("signal");
    }

    void take_locations(mortise::Sockets& sockets) {
        const Locations& locations = features_->locations;
        sockets.on("location:update", &locations, &Locations::update)
            .summary("Tells where one is: the rooms this device has joined, else one's contacts")
            .payload(Locations::whereabouts_shape())
            .requires_user()
            .limit("location");
        sockets.on("location:join", &locations, &Locations::join)
            .summary("Shares positions with a group or with a group call")
            .payload(Locations::room_shape())
            .requires_user()
            .limit("location");
        sockets.on("location:leave", &locations, &Locations::leave)
            .summary("Shares positions there no longer")
            .payload(Locations::room_shape())
            .requires_user()
            .limit("location");
        sockets.on("location:request", &locations, &Locations::request)
            .summary("Asks where somebody was last")
            .payload(Locations::request_shape())
            .requires_user()
            .limit("call");
    }

    void take_requests(mortise::Http& http) {
        const History& history = features_->history;
        http.get("/api/v1/calls", &history, &History::list)
            .summary("Lists the calls one was in, newest first")
            .requires_user()
            .query(History::shape());
        http.get("/api/v1/calls/stats", &history, &History::stats)
            .summary("One's calls in figures")
            .requires_user()
            .returns<CallStats>();
        http.get("/api/v1/calls/ice-servers", &features_->ice_servers, &IceServers::get)
            .summary("STUN servers, and TURN servers with credentials for a while")
            .requires_user()
            .returns<IceConfiguration>();
        http.get("/api/v1/calls/{id}", &history, &History::read)
            .summary("Shows a call one was in")
            .requires_user()
            .returns<CallRecord>();
        http.del("/api/v1/calls/{id}", &history, &History::remove)
            .summary("Deletes a call from one's own history")
            .requires_user()
            .returns_nothing();
    }

    void check(const mortise::Job& job) const {
        const std::string_view id = job.payload.at("id").as_string(),
                               name = job.payload.at("name").as_string();
        if (name.empty())  // of a group: its id says all
            features_->leave_room.check(id);
        else
            features_->ending.check(id, name);
    }

    std::optional<Features> features_;  // made by start()
    mortise::Subscription person_deleted_;
};

}  // namespace calls
MORTISE_PLUGIN(calls::Calls)
