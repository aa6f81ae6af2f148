// SPDX-License-Identifier: Apache-2.0
#include "people_directory.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include <mortise/error.h>
#include <mortise/page.h>

#include "fold_case.h"

namespace auth {

namespace {

using mortise::Code;
using mortise::Error;
using mortise::Person;
using mortise::Time;
using mortise::Transaction;

void require(bool found) {
    if (!found) throw Error(Code::not_found, "There is no such account.");
}

}  // namespace

Person PeopleDirectory::create(const mortise::NewPerson& wanted) {
    const NewAccount account = checked(wanted);
    parts_.accounts.refuse_taken(account.email, account.username);
    const std::string hash = parts_.hasher.hash(account.password, PasswordHasher::no_deadline);
    Person person = new_person(account, wanted.role, parts_.now());
    parts_.accounts.add(person, hash, [](Transaction&) {});
    return person;
}

void PeopleDirectory::set_role(std::string_view id, std::string_view role) {
    refuse_role(role);
    const auto now = parts_.now();
    const auto settles_at = parts_.host.database().write([&](Transaction& tx) {
        Accounts::hold(tx, id);
        const auto last = tx.one("SELECT MAX(access_until) FROM auth_sessions WHERE account_id = ?", id);
        const auto until = last ? last->get<std::optional<Time>>(0) : std::nullopt;
        require(
            tx.execute(
                "UPDATE auth_accounts SET role = ?, role_changed_at = ?, role_settles_at = ? WHERE id = ?",
                role, now, until, id) == 1);
        return until;
    });
    if (settles_at) parts_.standing.announce_role({std::string(id), std::string(role), *settles_at});
}

void PeopleDirectory::set_password(std::string_view id, std::string_view password) {
    mortise::Faults faults;
    faults.enter("password");
    mortise::Rules rules;
    describe_password(rules);
    mortise::RuleBook::read_text(mortise::Json(password), rules, faults);
    faults.throw_if_any();
    require(find(id).has_value());
    const std::string hash = parts_.hasher.hash(password, PasswordHasher::no_deadline);
    const auto now = parts_.now();
    parts_.standing.announce_ended(parts_.host.database().write([&](Transaction& tx) {
        Accounts::hold(tx, id);
        Accounts::set_password_hash(tx, id, hash);
        return Sessions::end_all(tx, id, "", now);
    }));
}

void PeopleDirectory::ban(std::string_view id) {
    const auto now = parts_.now();
    parts_.standing.announce_ended(parts_.host.database().write([&](Transaction& tx) {
        Accounts::hold(tx, id);
        require(tx.execute("UPDATE auth_accounts SET banned_at = COALESCE(banned_at, ?) WHERE id = ?", now,
                           id) == 1);
        return Sessions::end_all(tx, id, "", now);
    }));
    publish(mortise::person_banned_topic, id);
}

void PeopleDirectory::unban(std::string_view id) {
    require(parts_.host.database().execute("UPDATE auth_accounts SET banned_at = NULL WHERE id = ?", id) ==
            1);
}

void PeopleDirectory::remove(std::string_view id) {
    const auto now = parts_.now();
    parts_.standing.announce_ended(parts_.host.database().write([&](Transaction& tx) {
        Accounts::hold(tx, id);
        require(tx.execute("DELETE FROM auth_accounts WHERE id = ?", id) == 1);
        tx.execute("DELETE FROM auth_password_resets WHERE account_id = ?", id);
        return Sessions::end_all(tx, id, "", now);
    }));
    publish(mortise::person_deleted_topic, id);
}

std::optional<Person> PeopleDirectory::find(std::string_view id) const {
    return parts_.accounts.find(id);
}

std::optional<Person> PeopleDirectory::find_by_login(std::string_view login) const {
    auto found = parts_.accounts.credentials_of_login(login);
    if (!found) return std::nullopt;
    return std::move(found->person);
}

std::vector<Person> PeopleDirectory::find_many(const std::vector<std::string>& ids) const {
    // One statement for every number of ids: the last id fills the places that are left.
    constexpr std::size_t places = 25;
    static const std::string sql = [] {
        std::string text = "SELECT " + std::string(person_columns) + " FROM auth_accounts WHERE id IN (?";
        for (std::size_t place = 1; place < places; ++place) text += ", ?";
        return text + ")";
    }();
    std::unordered_map<std::string, Person> found;
    for (std::size_t start = 0; start < ids.size(); start += places) {
        std::array<std::string_view, places> wanted;
        for (std::size_t place = 0; place < places; ++place)
            wanted[place] = ids[std::min(start + place, ids.size() - 1)];
        const auto rows =
            std::apply([&](const auto&... id) { return parts_.host.database().query(sql, id...); }, wanted);
        for (const mortise::Row& row : rows) found.emplace(std::string(row.text(0)), person_of(row));
    }
    std::vector<Person> people;
    for (const std::string& id : ids)
        if (const auto person = found.find(id); person != found.end()) people.push_back(person->second);
    return people;
}

mortise::PeoplePage PeopleDirectory::search(std::string_view text, int limit,
                                            std::optional<std::string_view> cursor) const {
    static const std::string sql = "SELECT " + std::string(person_columns) +
                                   " FROM auth_accounts WHERE username_key LIKE ? ESCAPE '\\' AND "
                                   "(created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?";
    const auto after = mortise::TimeMark::in(cursor, Time::max());
    const auto rows = parts_.host.database().query(mortise::Reading::replica_ok, sql,
                                                   mortise::like_containing(fold_case(text)), after.time,
                                                   after.id, limit + 1);
    mortise::PeoplePage page;
    for (const mortise::Row& row : rows) page.people.push_back(person_of(row));
    if (page.people.size() > static_cast<std::size_t>(limit)) {
        page.people.resize(static_cast<std::size_t>(limit));
        const Person& last = page.people.back();
        page.next_cursor = mortise::encode_cursor(mortise::TimeMark{last.created_at, last.id}.values());
    }
    return page;
}

NewAccount PeopleDirectory::checked(const mortise::NewPerson& wanted) const {
    NewAccount account;
    mortise::Faults faults;
    shape_.read(
        mortise::JsonObject{
            {"email", wanted.email}, {"username", wanted.username}, {"password", wanted.password}},
        account, faults);
    faults.throw_if_any();
    refuse_role(wanted.role);
    return account;
}

void PeopleDirectory::refuse_role(std::string_view role) const {
    if (std::find(parts_.roles.begin(), parts_.roles.end(), role) != parts_.roles.end()) return;
    throw Error(Code::unprocessable, "There is no role '" + std::string(role) + "'.")
        .with_fault({"/role", "not_allowed", "Must be one of the roles of the configuration."});
}

void PeopleDirectory::publish(std::string_view topic, std::string_view id) const {
    try {
        parts_.host.events().publish(topic, mortise::JsonObject{{"userId", id}});
    } catch (const Error& fault) {
        parts_.host.log().warn("other nodes could not be told", {{"topic", topic}, {"reason", fault.what()}});
    }
}

}  // namespace auth
