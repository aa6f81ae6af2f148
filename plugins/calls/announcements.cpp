// SPDX-License-Identifier: Apache-2.0
#include "announcements.h"

#include <mortise/sockets.h>

#include "call_events.h"
#include "group_events.h"
#include "group_signalling.h"
#include "locations.h"
#include "signalling.h"

namespace calls {

namespace {

void announce_calls(mortise::Sockets& sockets) {
    sockets.emits("call:ringing")
        .summary("One's call rings, or waits for somebody to connect")
        .payload<Ringing>();
    sockets.emits("call:incoming").summary("Somebody calls").payload<Incoming>();
    sockets.emits("call:answered").summary("One's call is answered").payload<Answered>();
    sockets.emits("call:rejected").summary("One's call is declined").payload<Rejected>();
    sockets.emits("call:ended").summary("A call is over, or answered on another device").payload<Ended>();
    sockets.emits("call:missed").summary("Somebody called in vain").payload<Missed>();
    sockets.emits("call:failed").summary("What one asked of a call is not possible").payload<Failed>();
    sockets.emits("call:mute-status").summary("The other one is muted, or no longer").payload<MuteNews>();
    sockets.emits("call:resume").summary("This device is back in its call").payload<Resumed>();
    sockets.emits("call:peer-away").summary("The other one has lost their connection").payload<PeerAway>();
    sockets.emits("call:peer-back").summary("The other one is connected again").payload<PeerBack>();
    sockets.emits("webrtc:offer").summary("The other one's SDP offer").payload<OfferNews>();
    sockets.emits("webrtc:answer").summary("The other one's SDP answer").payload<AnswerNews>();
    sockets.emits("webrtc:ice-candidate").summary("The other one's ICE candidate").payload<CandidateNews>();
    sockets.emits("webrtc:glare").summary("The other one offered first: answer that").payload<OfferGlare>();
    sockets.emits("connection:replaced").summary("A newer connection of the same person takes over");
}

void announce_group_calls(mortise::Sockets& sockets) {
    sockets.emits("groupcall:joined").summary("One is in a group call").payload<Joined>();
    sockets.emits("groupcall:resume").summary("This device is back in its group call").payload<Joined>();
    sockets.emits("groupcall:invitation").summary("A call of one's group begins").payload<Invitation>();
    sockets.emits("groupcall:participant-joined")
        .summary("Somebody enters the group call")
        .payload<ParticipantJoined>();
    sockets.emits("groupcall:participant-left")
        .summary("Somebody has left the group call")
        .payload<RoomPerson>();
    sockets.emits("groupcall:participant-away")
        .summary("Somebody in the group call has lost their connection")
        .payload<ParticipantAway>();
    sockets.emits("groupcall:participant-back")
        .summary("Somebody is connected again, or on another device: expect their offer")
        .payload<RoomPerson>();
    sockets.emits("groupcall:tracks-updated").summary("What somebody sends now").payload<TracksNews>();
    sockets.emits("groupcall:screen-share-started")
        .summary("Somebody shows their screen")
        .payload<ScreenNews>();
    sockets.emits("groupcall:screen-share-stopped")
        .summary("Somebody shows their screen no longer")
        .payload<RoomPerson>();
    sockets.emits("groupcall:error")
        .summary("What one asked of a group call is not possible")
        .payload<RoomFailure>();
    sockets.emits("groupcall:webrtc-offer").summary("Another's SDP offer").payload<GroupOfferNews>();
    sockets.emits("groupcall:webrtc-answer").summary("Another's SDP answer").payload<GroupAnswerNews>();
    sockets.emits("groupcall:webrtc-ice-candidate")
        .summary("Another's ICE candidate")
        .payload<GroupCandidateNews>();
    sockets.emits("groupcall:webrtc-glare")
        .summary("The other one offered first: answer that")
        .payload<GroupGlare>();
}

void announce_positions(mortise::Sockets& sockets) {
    sockets.emits("location:peer").summary("Where somebody is").payload<Position>();
    sockets.emits("location:confirmed").summary("One's own position, as it is told").payload<Position>();
    sockets.emits("location:response").summary("Where somebody was last").payload<Position>();
    sockets.emits("location:offline")
        .summary("Somebody's position is not known, or not for one to know")
        .payload<NoPosition>();
}

}  // namespace

void announce_events(mortise::Sockets& sockets) {
    announce_calls(sockets);
    announce_group_calls(sockets);
    announce_positions(sockets);
}

}  // namespace calls
