// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include <mortise/sdk.h>
#include <mortise/services/events.h>
#include <mortise/services/jobs.h>
#include <mortise/services/nodes.h>

#include "call_ending.h"
#include "comings.h"
#include "deadlines.h"
#include "devices.h"
#include "negotiation.h"
#include "notices.h"
#include "refusals.h"
#include "ring.h"
#include "signalling.h"

namespace calls {

struct Features {
    explicit Features(mortise::Host& host) : parts(host), deadlines(host), negotiation(host.store()) {}

    Parts parts;
    Deadlines deadlines;
    Negotiation negotiation;
    Notices notices{parts};
    CallEnding ending{parts, notices};
    Devices devices{parts, negotiation};
    Ring ring{parts, devices, ending, deadlines};
    Signalling signalling{parts, devices, negotiation};
    Comings comings{parts, devices, notices, deadlines};
};

class Calls final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        Features& features = features_.emplace(host);
        take_calls(host.sockets());
        take_signals(host.sockets());
        announce_calls(host.sockets());
        host.sockets().on_connect(&features.comings, &Comings::connected);
        host.sockets().on_disconnect(&features.comings, &Comings::disconnected);
        host.jobs().handle(std::string(Deadlines::job), this, &Calls::check);
        host.jobs().handle(std::string(Notices::tidy_job), &features.notices, &Notices::tidy);
        host.jobs().daily(std::chrono::hours(3), std::string(Notices::tidy_job));
    }

    void ready() override {
        Parts& parts = features_->parts;
        parts.people = parts.host.find<mortise::People>();
        parts.groups = parts.host.find<mortise::Groups>();
        parts.figures.count();
        features_->comings.start();
    }
    void stop() override { features_->comings.stop(); }

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
        Failed failed{{}, std::string(reason), std::move(winner)};
        if constexpr (requires { *payload.call_id; })
            failed.call_id = payload.call_id.value_or("");
        else
            failed.call_id = payload.call_id;
        socket.emit("call:failed", failed);
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
        sockets.emits("call:peer-away")
            .summary("The other one has lost their connection")
            .payload<PeerAway>();
        sockets.emits("call:peer-back").summary("The other one is connected again").payload<PeerBack>();
        sockets.emits("webrtc:offer").summary("The other one's SDP offer").payload<OfferNews>();
        sockets.emits("webrtc:answer").summary("The other one's SDP answer").payload<AnswerNews>();
        sockets.emits("webrtc:ice-candidate")
            .summary("The other one's ICE candidate")
            .payload<CandidateNews>();
        sockets.emits("webrtc:glare")
            .summary("The other one offered first: answer that")
            .payload<OfferGlare>();
        sockets.emits("connection:replaced").summary("A newer connection of the same person takes over");
    }

    void check(const mortise::Job& job) const {
        const std::string_view id = job.payload.at("id").as_string(),
                               name = job.payload.at("name").as_string();
        features_->ending.check(id, name);
    }

    std::optional<Features> features_;  // made by start()
};

}  // namespace calls
MORTISE_PLUGIN(calls::Calls)
