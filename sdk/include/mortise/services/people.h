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
    /// Deletes the account and its sessions, and publishes PersonDeleted.
    virtual void remove(std::string_view id) = 0;

    virtual std::optional<Person> find(std::string_view id) const = 0;
    /// By e-mail address or username, whatever their case.
    virtual std::optional<Person> find_by_login(std::string_view login) const = 0;
    /// In the order given; ids nobody has are left out.
    virtual std::vector<Person> find_many(const std::vector<std::string>& ids) const = 0;
    /// Those whose username contains `text` (all of them when it is empty), newest first.
    virtual PeoplePage search(std::string_view text, int limit, std::optional<std::string_view> cursor) const = 0;
};

/// The topics of what happens to people, published on Events with {"userId": id}.
inline constexpr std::string_view person_deleted_topic = "person.deleted";
inline constexpr std::string_view person_banned_topic = "person.banned";

}  // namespace mortise
