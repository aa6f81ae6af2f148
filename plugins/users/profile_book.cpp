// SPDX-License-Identifier: Apache-2.0
#include "profile_book.h"

#include <algorithm>
#include <unordered_map>

#include <mortise/error.h>
#include <mortise/text.h>

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

// Whatever the case of ASCII letters.
bool contains(std::string_view whole, std::string_view part) {
    return std::search(whole.begin(), whole.end(), part.begin(), part.end(), [](char left, char right) {
               return mortise::to_lower(left) == mortise::to_lower(right);
           }) != whole.end();
}

[[noreturn]] void refuse_unknown() {
    throw mortise::Error(mortise::Code::not_found, "There is no such user.");
}

mortise::PeoplePage ask(const mortise::People& people, const PeopleQuery& query) {
    mortise::refuse_page_number(query);
    const auto cursor = query.cursor ? std::optional<std::string_view>(*query.cursor) : std::nullopt;
    return people.search(query.search.value_or(""), query.limit, cursor);
}

}  // namespace

SearchPlace SearchPlace::read(std::string_view cursor) {
    const mortise::JsonArray values = mortise::decode_cursor(cursor, 2);
    if (!values[0].is_bool() || !values[1].is_string()) mortise::refuse_cursor();
    return {values[0].get_bool(), std::string(values[1].get_string())};
}

std::string SearchPlace::text() const {
    return mortise::encode_cursor({usernames_done, mortise::Json(boost::json::string(mark))});
}

mortise::Shape<PeopleQuery> people_query_shape() {
    auto shape = mortise::page_shape<PeopleQuery>();
    shape.at(&PeopleQuery::search).length(1, 80);
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

// Two lists, one behind the other: the directory knows usernames, we know display names.
mortise::Page<Profile> ProfileBook::search(const PeopleQuery& query) const {
    mortise::refuse_page_number(query);
    SearchPlace place;
    if (query.cursor) place = SearchPlace::read(*query.cursor);
    mortise::Page<Profile> page;
    std::optional<SearchPlace> next = place;
    const std::string text = query.search.value_or("");
    if (!place.usernames_done) next = find_usernames(text, query.limit, place.mark, page.data);
    if (!next && !text.empty()) next = SearchPlace{true, {}};
    const auto left = query.limit - static_cast<int>(page.data.size());
    if (next && next->usernames_done && left > 0)
        next = find_display_names(text, left, next->mark, page.data);
    fill(page.data);
    page.has_more = next.has_value();
    if (next) page.next_cursor = next->text();
    return page;
}

// Where the list goes on; nothing when these were all.
std::optional<SearchPlace> ProfileBook::find_usernames(const std::string& text, int limit,
                                                       const std::string& mark,
                                                       std::vector<Profile>& found) const {
    const auto cursor = mark.empty() ? std::nullopt : std::optional<std::string_view>(mark);
    mortise::PeoplePage people = people_.search(text, limit, cursor);
    for (const Person& person : people.people)
        if (!person.banned_at) found.push_back(begin_profile(person));
    if (!people.next_cursor) return std::nullopt;
    return SearchPlace{false, std::move(*people.next_cursor)};
}

std::optional<SearchPlace> ProfileBook::find_display_names(const std::string& text, int limit,
                                                           const std::string& mark,
                                                           std::vector<Profile>& found) const {
    const auto rows = database_.query(
        mortise::Reading::replica_ok,
        "SELECT user_id FROM profiles WHERE lower(display_name) LIKE lower(?) ESCAPE '\\' AND user_id > ? "
        "ORDER BY user_id LIMIT ?",
        mortise::like_containing(text), mark, limit + 1);
    std::vector<std::string> ids;
    for (const mortise::Row& row : rows) ids.emplace_back(row.text(0));
    const bool has_more = ids.size() > static_cast<std::size_t>(limit);
    if (has_more) ids.pop_back();
    for (const Person& person : people_.find_many(ids))
        if (!person.banned_at && !contains(person.username, text)) found.push_back(begin_profile(person));
    if (!has_more) return std::nullopt;
    return SearchPlace{true, std::move(ids.back())};
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
