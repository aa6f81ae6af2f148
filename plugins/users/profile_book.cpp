// SPDX-License-Identifier: Apache-2.0
#include "profile_book.h"

#include <unordered_map>

#include <mortise/error.h>

#include "avatar.h"

namespace users {

using mortise::Person;

namespace {

struct Extras {
    std::string user_id;
    std::optional<std::string> display_name;
    std::optional<std::string> bio;
    std::optional<std::int64_t> avatar;
};
BOOST_DESCRIBE_STRUCT(Extras, (), (user_id, display_name, bio, avatar))

Profile begin_profile(const Person& person) {
    Profile profile;
    profile.id = person.id;
    profile.username = person.username;
    profile.created_at = person.created_at;
    return profile;
}

[[noreturn]] void refuse_unknown() {
    throw mortise::Error(mortise::Code::not_found, "There is no such user.");
}

mortise::PeoplePage ask(const mortise::People& people, const PeopleQuery& query) {
    if (query.page)
        throw mortise::Error(mortise::Code::unprocessable, "The query has values that are not allowed.")
            .with_fault({"query:page", "not_allowed", "This list goes on by cursor."});
    const auto cursor = query.cursor ? std::optional<std::string_view>(*query.cursor) : std::nullopt;
    return people.search(query.search.value_or(""), query.limit, cursor);
}

}  // namespace

mortise::Shape<PeopleQuery> people_query_shape() {
    auto shape = mortise::page_shape<PeopleQuery>();
    shape.at(&PeopleQuery::search).length(1, 32);
    return shape;
}

Profile ProfileBook::profile(std::string_view id) const {
    const auto person = people_.find(id);
    if (!person || person->banned_at) refuse_unknown();
    std::vector<Profile> one{begin_profile(*person)};
    fill(one);
    return std::move(one.front());
}

OwnProfile ProfileBook::own(std::string_view id) const {
    const auto person = people_.find(id);
    if (!person) refuse_unknown();
    std::vector<Profile> one{begin_profile(*person)};
    fill(one);
    OwnProfile own;
    static_cast<Profile&>(own) = std::move(one.front());
    own.email = person->email;
    own.role = person->role;
    return own;
}

OwnProfile ProfileBook::change(std::string_view id, const ProfileChanges& changes) const {
    database_.write([&](mortise::Transaction& transaction) {
        transaction.execute(
            "INSERT INTO profiles (user_id, updated_at) VALUES (?, ?) "
            "ON CONFLICT (user_id) DO UPDATE SET updated_at = excluded.updated_at",
            id, clock_.now());
        if (!changes.display_name.is_absent())
            transaction.execute("UPDATE profiles SET display_name = ? WHERE user_id = ?",
                                changes.display_name.value(), id);
        if (!changes.bio.is_absent())
            transaction.execute("UPDATE profiles SET bio = ? WHERE user_id = ?", changes.bio.value(), id);
    });
    return own(id);
}

mortise::Page<Profile> ProfileBook::search(const PeopleQuery& query) const {
    mortise::PeoplePage found = ask(people_, query);
    mortise::Page<Profile> page;
    for (const Person& person : found.people)
        if (!person.banned_at) page.data.push_back(begin_profile(person));
    fill(page.data);
    page.has_more = found.next_cursor.has_value();
    page.next_cursor = std::move(found.next_cursor);
    return page;
}

mortise::Page<Account> ProfileBook::accounts(const PeopleQuery& query) const {
    mortise::PeoplePage found = ask(people_, query);
    mortise::Page<Account> page;
    for (const Person& person : found.people) page.data.push_back(as_account(person));
    page.has_more = found.next_cursor.has_value();
    page.next_cursor = std::move(found.next_cursor);
    return page;
}

void ProfileBook::forget(std::string_view id) const {
    database_.write([&](mortise::Transaction& transaction) {
        transaction.execute("DELETE FROM profiles WHERE user_id = ?", id);
        transaction.execute("DELETE FROM avatars WHERE user_id = ?", id);
    });
}

// One query for the whole page.
void ProfileBook::fill(std::vector<Profile>& profiles) const {
    if (profiles.empty()) return;
    std::string marks;
    std::vector<mortise::Value> ids;
    for (const Profile& profile : profiles) {
        marks += marks.empty() ? "SELECT CAST(? AS TEXT) AS user_id" : " UNION ALL SELECT ?";
        ids.emplace_back(profile.id);
    }
    const std::string sql =
        "SELECT asked.user_id, profiles.display_name, profiles.bio, avatars.version AS avatar FROM (" +
        marks +
        ") AS asked LEFT JOIN profiles ON profiles.user_id = asked.user_id "
        "LEFT JOIN avatars ON avatars.user_id = asked.user_id";
    const auto rows =
        database_.read([&](mortise::Reader& reader) { return reader.query_as<Extras>(sql, ids); });
    std::unordered_map<std::string_view, const Extras*> by_user;
    for (const Extras& row : rows) by_user.emplace(row.user_id, &row);
    for (Profile& profile : profiles) {
        const Extras& extras = *by_user.at(profile.id);
        profile.display_name = extras.display_name;
        profile.bio = extras.bio;
        if (extras.avatar) profile.avatar_url = avatar_url(profile.id, *extras.avatar);
    }
}

}  // namespace users
