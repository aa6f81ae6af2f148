// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/shape.h>
#include <mortise/socket.h>
#include <mortise/time.h>

#include "call_events.h"
#include "parts.h"

namespace mortise {
class Store;
}

namespace calls {

/// location:update. Degrees, metres and metres a second, as browsers tell them.
struct Whereabouts {
    double lat = 0;
    double lng = 0;
    std::optional<double> speed;
    std::optional<double> heading;  // degrees clockwise from north
    std::optional<double> accuracy;
};
BOOST_DESCRIBE_STRUCT(Whereabouts, (), (lat, lng, speed, heading, accuracy))

/// location:join and location:leave.
struct LocationRoom {
    std::string room_id;
};
BOOST_DESCRIBE_STRUCT(LocationRoom, (), (room_id))

/// location:request.
struct LocationRequest {
    std::string target_user_id;
};
BOOST_DESCRIBE_STRUCT(LocationRequest, (), (target_user_id))

struct LocatedPerson {
    std::optional<std::string> fullname;
    std::optional<std::string> profile_pic;
};
BOOST_DESCRIBE_STRUCT(LocatedPerson, (), (fullname, profile_pic))

/// location:confirmed, location:peer, location:response.
struct Position {
    std::string user_id;
    double lat = 0;
    double lng = 0;
    std::optional<double> speed;
    std::optional<double> heading;
    std::optional<double> accuracy;
    mortise::Time timestamp{};
    LocatedPerson user;
};
BOOST_DESCRIBE_STRUCT(Position, (), (user_id, lat, lng, speed, heading, accuracy, timestamp, user))

/// location:offline.
struct NoPosition {
    std::string user_id;
};
BOOST_DESCRIBE_STRUCT(NoPosition, (), (user_id))

/// Where people are, as their devices tell. A device that has joined rooms tells those who are in them, any
/// other tells its person's contacts; whoever asks for the last known position gets it only if it was told to
/// people like them. Who that is, is looked up each time, so who has left a group hears no more from it.
class Locations {
public:
    explicit Locations(const Parts& parts);

    static mortise::Shape<Whereabouts> whereabouts_shape();
    static mortise::Shape<LocationRoom> room_shape();
    static mortise::Shape<LocationRequest> request_shape();

    Done update(mortise::Socket& socket, const Whereabouts& whereabouts) const;
    Done join(mortise::Socket& socket, const LocationRoom& room) const;
    Done leave(mortise::Socket& socket, const LocationRoom& room) const;
    Done request(mortise::Socket& socket, const LocationRequest& request) const;

private:
    using People = std::vector<std::string>;

    std::optional<std::string> find_place(std::string_view room_id, std::string_view user_id) const;
    People people_of(std::string_view place) const;
    bool may_know(std::string_view asker, std::string_view target, const mortise::Json& places) const;
    Position position_of(std::string_view user_id, const Whereabouts& whereabouts) const;
    std::optional<mortise::Audience> audience_of(const mortise::Socket& socket,
                                                 const std::vector<std::string>& places) const;

    const Parts& parts_;
    mortise::Store& store_;
    const std::chrono::milliseconds kept_;
};

}  // namespace calls
