// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <mortise/services/groups.h>

#include "site.h"

namespace calls::test {

/// Who talks with whom, as a test says.
class SomeGroups final : public mortise::Groups {
public:
    void add(const std::string& id, std::vector<std::string> members, bool is_group = true) {
        const std::scoped_lock lock(mutex_);
        groups_[id] = {id, is_group ? "Garden" : "", is_group, std::move(members)};
    }
    void expel(const std::string& id, const std::string& member) {
        const std::scoped_lock lock(mutex_);
        std::erase(groups_.at(id).members, member);
    }

    std::optional<mortise::Group> find(std::string_view id) const override {
        const std::scoped_lock lock(mutex_);
        const auto found = groups_.find(std::string(id));
        if (found == groups_.end()) return std::nullopt;
        return found->second;
    }
    bool is_member(std::string_view group_id, std::string_view user_id) const override {
        const auto group = find(group_id);
        return group && has(*group, user_id);
    }
    std::vector<std::string> contacts_of(std::string_view user_id) const override {
        const std::scoped_lock lock(mutex_);
        std::set<std::string> contacts;
        for (const auto& [id, group] : groups_)
            if (has(group, user_id)) contacts.insert(group.members.begin(), group.members.end());
        contacts.erase(std::string(user_id));
        return {contacts.begin(), contacts.end()};
    }
    bool are_contacts(std::string_view one, std::string_view other) const override {
        const auto contacts = contacts_of(one);
        return std::count(contacts.begin(), contacts.end(), other) > 0;
    }
    bool is_blocked(std::string_view, std::string_view) const override { return false; }

private:
    static bool has(const mortise::Group& group, std::string_view user_id) {
        return std::count(group.members.begin(), group.members.end(), user_id) > 0;
    }

    mutable std::mutex mutex_;
    std::map<std::string, mortise::Group> groups_;
};

/// A server with a group "g-1" of ann, ben, cay and dan. Eve is in none.
class GroupSite : public Site {
public:
    explicit GroupSite(const std::string& backend, std::string options = {})
        : Site(backend, std::move(options)) {
        groups.add("g-1", {"ann", "ben", "cay", "dan"});
        host.provide<mortise::Groups>(groups);
    }

    SomeGroups groups;  // outlived by the host; nobody asks while that stops
};

/// Enters the group's call; the acknowledgement must be a success.
Json join(TestSocket& socket, const std::string& room = "r-1", const std::string& group = "g-1");
/// The same, whatever comes of it.
Json try_join(TestSocket& socket, const std::string& room = "r-1", const std::string& group = "g-1");
Json leave(TestSocket& socket, const std::string& room = "r-1");
/// What a refusal says; whoever was refused must have been told the same as groupcall:error.
std::string error_of(TestSocket& socket, const Json& acknowledgement, const std::string& room = "r-1");
/// The texts of a member of each item, with blanks between.
std::string each(const Json& list, std::string_view member);
/// Drops everything that came.
void forget(TestSocket& socket);

}  // namespace calls::test
