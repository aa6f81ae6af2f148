// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <boost/describe.hpp>

#include <mortise/field.h>
#include <mortise/services/people.h>
#include <mortise/shape.h>
#include <mortise/time.h>

namespace users {

/// What everybody may know of a person.
struct Profile {
    std::string id;
    std::string username;
    std::optional<std::string> display_name;
    std::optional<std::string> bio;
    std::optional<std::string> avatar_url;  // changes with the picture, so that it can be cached for ever
    mortise::Time created_at{};
};
BOOST_DESCRIBE_STRUCT(Profile, (), (id, username, display_name, bio, avatar_url, created_at))

/// What one knows of oneself.
struct OwnProfile : Profile {
    std::string email;
    std::string role;
};
BOOST_DESCRIBE_STRUCT(OwnProfile, (Profile), (email, role))

/// What an admin knows of an account.
struct Account {
    std::string id;
    std::string email;
    std::string username;
    std::string role;
    std::optional<mortise::Time> banned_at;
    mortise::Time created_at{};
};
BOOST_DESCRIBE_STRUCT(Account, (), (id, email, username, role, banned_at, created_at))

inline Account as_account(const mortise::Person& person) {
    return {person.id, person.email, person.username, person.role, person.banned_at, person.created_at};
}

/// The body of PATCH /me: what is not sent stays, null empties.
struct ProfileChanges {
    mortise::Field<std::string> display_name;
    mortise::Field<std::string> bio;
};
BOOST_DESCRIBE_STRUCT(ProfileChanges, (), (display_name, bio))

inline mortise::Shape<ProfileChanges> profile_changes_shape() {
    mortise::Shape<ProfileChanges> shape;
    shape.at(&ProfileChanges::display_name).length(1, 80);
    shape.at(&ProfileChanges::bio).length(0, 1000);
    return shape;
}

}  // namespace users
