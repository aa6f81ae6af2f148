// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/page.h>
#include <mortise/services/clock.h>
#include <mortise/services/database.h>
#include <mortise/services/people.h>

#include "profile.h"

namespace users {

/// The query of the lists of people.
struct PeopleQuery : mortise::PageQuery {
    std::optional<std::string> search;  // in usernames; for profiles in display names too
};
BOOST_DESCRIBE_STRUCT(PeopleQuery, (mortise::PageQuery), (search))

mortise::Shape<PeopleQuery> people_query_shape();

/// How far a search has come: through the usernames, then through the display names.
struct SearchPlace {
    bool usernames_done = false;
    std::string mark;  // the directory's cursor, then the last id; empty at the beginning

    /// Throws Error(unprocessable) for what is no cursor of a search.
    static SearchPlace read(std::string_view cursor);
    std::string text() const;
};

/// Profiles: the directory's word about a person joined with our own table's.
class ProfileBook {
public:
    ProfileBook(mortise::Database& database, mortise::People& people, const mortise::Clock& clock)
        : database_(database), people_(people), clock_(clock) {}

    /// Throws Error(not_found) for nobody and for the banned.
    Profile profile(std::string_view id) const;
    OwnProfile own(std::string_view id) const;
    OwnProfile change(std::string_view id, const ProfileChanges& changes) const;
    /// Those whose username contains the text, then those whose display name does; never the banned.
    mortise::Page<Profile> search(const PeopleQuery& query) const;
    mortise::Page<Account> accounts(const PeopleQuery& query) const;
    /// Deletes what we hold about a person who is gone.
    void forget(std::string_view id) const;

private:
    std::optional<SearchPlace> find_usernames(const std::string& text, int limit, const std::string& mark,
                                              std::vector<Profile>& found) const;
    std::optional<SearchPlace> find_display_names(const std::string& text, int limit, const std::string& mark,
                                                  std::vector<Profile>& found) const;
    void fill(std::vector<Profile>& profiles) const;

    mortise::Database& database_;
    mortise::People& people_;
    const mortise::Clock& clock_;
};

}  // namespace users
