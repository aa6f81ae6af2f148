// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <functional>
#include <iostream>

#include <unistd.h>

#include <mortise/base64.h>
#include <mortise/error.h>
#include <mortise/services/people.h>

#include "app/assembly.h"
#include "app/commands.h"
#include "app/configuration_files.h"
#include "app/faults.h"

namespace mortise::app {

namespace {

const CommandOption password_option{
    "password-stdin", "", "Reads the password from standard input; else one is made up and printed."};

// Runs `work` on the directory of accounts, whichever plugin keeps it. The plugins are ready, but nothing
// listens and no job runs.
int with_people(const Invocation& invocation, const std::function<int(People&)>& work) {
    config::Configuration configuration = load_configuration(invocation);
    return telling_plugin_faults([&] {
        Substitutes substitutes;
        substitutes.is_quiet = true;
        substitutes.without_jobs = true;
        Assembly assembly(std::move(configuration), substitutes);
        assembly.start();
        assembly.open();
        People* people = assembly.plugins().find<People>();
        if (people == nullptr)
            throw CommandFailed(failure, "no enabled plugin keeps accounts; enable auth under plugins:");
        try {
            return work(*people);
        } catch (const Error& fault) {
            std::string line = fault.public_text();
            for (const FieldFault& field : fault.faults())
                line += "\n  " + field.pointer + ": " + field.detail;
            throw CommandFailed(failure, line);
        }
    });
}

Person require_person(const People& people, const std::string& login) {
    auto person = people.find_by_login(login);
    if (!person) throw CommandFailed(failure, "there is no user '" + login + "'");
    return std::move(*person);
}

std::string new_password() {
    std::array<char, 15> bytes;
    if (::getentropy(bytes.data(), bytes.size()) != 0)
        throw CommandFailed(failure, "the kernel has no randomness");
    return base64url_encode({bytes.data(), bytes.size()});
}

// The first line of standard input, or a password nobody has chosen.
std::string password_for(const Invocation& invocation) {
    std::string password;
    if (!invocation.has(password_option.name)) return new_password();
    if (!std::getline(std::cin, password)) throw CommandFailed(failure, "no password on standard input");
    return password;
}

void tell_password(const Invocation& invocation, const std::string& password) {
    if (!invocation.has(password_option.name)) std::cout << "password: " << password << '\n';
}

int create(const Invocation& invocation) {
    return with_people(invocation, [&](People& people) {
        const std::string password = password_for(invocation);
        const Person person = people.create({.email = invocation.arguments[0],
                                             .username = invocation.arguments[1],
                                             .password = password,
                                             .role = invocation.value("role").value_or("user")});
        std::cout << "created " << person.username << " (" << person.role << ") " << person.id << '\n';
        tell_password(invocation, password);
        return success;
    });
}

int list_people(const Invocation& invocation) {
    return with_people(invocation, [&](People& people) {
        std::optional<std::string> cursor;
        do {
            const PeoplePage page =
                people.search(invocation.value("search").value_or(""), 100,
                              cursor ? std::optional<std::string_view>(*cursor) : std::nullopt);
            for (const Person& person : page.people)
                std::cout << person.id << '\t' << person.username << '\t' << person.email << '\t'
                          << person.role << (person.banned_at ? "\tbanned" : "") << '\n';
            cursor = page.next_cursor;
        } while (cursor);
        return success;
    });
}

int set_role(const Invocation& invocation) {
    return with_people(invocation, [&](People& people) {
        const Person person = require_person(people, invocation.arguments[0]);
        people.set_role(person.id, invocation.arguments[1]);
        std::cout << person.username << " is now " << invocation.arguments[1] << '\n';
        return success;
    });
}

int set_password(const Invocation& invocation) {
    return with_people(invocation, [&](People& people) {
        const Person person = require_person(people, invocation.arguments[0]);
        const std::string password = password_for(invocation);
        people.set_password(person.id, password);
        std::cout << "changed the password of " << person.username << "; every session has ended\n";
        tell_password(invocation, password);
        return success;
    });
}

}  // namespace

std::vector<Command> user_commands() {
    return {
        {"user create",
         "EMAIL USERNAME",
         "Creates an account; with --role admin the first admin.",
         {config_option, {"role", "ROLE", "user (default), admin, ..."}, password_option},
         create},
        {"user list",
         "",
         "Lists accounts: id, username, e-mail, role.",
         {config_option, {"search", "TEXT", "Only usernames with this in them."}},
         list_people},
        {"user set-role",
         "LOGIN ROLE",
         "Gives an account, named by e-mail or username, another role.",
         {config_option},
         set_role},
        {"user set-password",
         "LOGIN",
         "Gives an account another password and ends its sessions.",
         {config_option, password_option},
         set_password},
    };
}

}  // namespace mortise::app
