// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/export.h>
#include <mortise/time.h>

namespace mortise {

/// An account, as other plugins may see it: never a password hash.
struct Person {
    std::string id;
    std::string email;
    std::string username;
    std::string role;
    Time created_at{};
    std::optional<Time> banned_at;  ///< absent: not banned
};

struct NewPerson {
    std::string email;
    std::string username;
    std::string password;
    std::string role = "user";
};

struct PeoplePage {
    std::vector<Person> people;
    std::optional<std::string> next_cursor;  ///< absent: this was the last page
};

/// The directory of accounts. The service `people`; plugins/auth provides it.
///
/// Every call may block on the database: worker threads and commands only. Throws Error:
/// unavailable when the database is, not_found where a change names nobody.
class MORTISE_API People {
public:
    static constexpr std::string_view service = "people";

    virtual ~People();
    /// Throws Error: conflict (named "email_taken", "username_taken"), unprocessable with its faults.
    virtual Person create(const NewPerson& wanted) = 0;
    virtual void set_role(std::string_view id, std::string_view role) = 0;
    /// Also ends every session of this person.
    virtual void set_password(std::string_view id, std::string_view password) = 0;
    /// Ends every session, and refuses new ones until unban().
    virtual void ban(std::string_view id) = 0;
    virtual void unban(std::string_view id) = 0;
    /// Deletes the account and its sessions; person_deleted_topic tells of it.
    virtual void remove(std::string_view id) = 0;

    virtual std::optional<Person> find(std::string_view id) const = 0;
    /// By e-mail address or username, whatever their case.
    virtual std::optional<Person> find_by_login(std::string_view login) const = 0;
    /// In the order given; ids nobody has are left out.
    virtual std::vector<Person> find_many(const std::vector<std::string>& ids) const = 0;
    /// Those whose username contains `text` (all of them when it is empty), newest first.
    virtual PeoplePage search(std::string_view text, int limit,
                              std::optional<std::string_view> cursor) const = 0;
};

/// What happens to people, told on Events after the commit, in this process and on the other nodes. A payload
/// is an object of texts: `userId` is Person::id, `sessionId` is User::session_id, `until` is RFC 3339 in
/// UTC. Where it happened, Identity refuses the tokens concerned before anybody is told.
///
/// The first two are also told by nodes which only find them in the database (after a lost event, without a
/// shared store, beside a command), within a second by default; so they may come twice, and where no event
/// carries the last two, they are not told at all.

/// {"userId", "sessionId", "until"}: a session is over before its time: logged out, revoked, the least used
/// of too many, a stolen refresh token, a new password, a ban, a deletion; one event for each session.
/// Whoever keeps something open for it closes it. Its last access token ends at `until` by itself.
inline constexpr std::string_view session_ended_topic = "session.ended";
/// {"userId", "role", "until"}: `role` is the present one, whatever access tokens made before it say; the
/// last of those ends at `until`. Not told of somebody who has no session.
inline constexpr std::string_view person_role_changed_topic = "person.role_changed";
/// {"userId"}: banned; sessions have ended (each told of before) and none can be opened.
inline constexpr std::string_view person_banned_topic = "person.banned";
/// {"userId"}: the account is gone, its sessions have ended (each told of before).
inline constexpr std::string_view person_deleted_topic = "person.deleted";

}  // namespace mortise
