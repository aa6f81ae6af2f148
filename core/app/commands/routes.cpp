// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/assembly.h"
#include "app/commands.h"
#include "app/configuration_files.h"
#include "app/faults.h"
#include "http/route_list.h"

namespace mortise::app {

namespace {

const CommandOption json_option{"json", "", "As JSON, for programs."};

// Lets the configured plugins register, with no database open, and shows something of what they did.
int with_registrations(const Invocation& invocation, const std::function<void(const Assembly&)>& show) {
    config::Configuration configuration = load_configuration(invocation);
    return telling_plugin_faults([&] {
        Substitutes substitutes;
        substitutes.is_quiet = true;
        substitutes.without_database = true;
        Assembly assembly(std::move(configuration), substitutes);
        assembly.start();
        show(assembly);
        return success;
    });
}

int routes(const Invocation& invocation) {
    return with_registrations(invocation, [&](const Assembly& assembly) {
        if (invocation.has(json_option.name))
            std::cout << to_text(http::list_routes_json(assembly.routes())) << '\n';
        else
            std::cout << http::list_routes(assembly.routes());
    });
}

std::string name_with_space(const EventDeclaration& event) {
    return event.space == "/" ? event.event : event.space + " " + event.event;
}

void list_events(const socket::SocketTable& sockets) {
    std::size_t width = 0;
    for (const EventDeclaration* event : sockets.events())
        width = std::max(width, name_with_space(*event).size());
    for (const EventDeclaration* event : sockets.events()) {
        const std::string name = name_with_space(*event);
        std::cout << (event->handler ? "in   " : "out  ") << name << std::string(width + 2 - name.size(), ' ')
                  << event->plugin << (event->requires_user ? "  user" : "")
                  << (event->summary.empty() ? "" : "  ") << event->summary << '\n';
    }
}

JsonArray events_as_json(const socket::SocketTable& sockets) {
    JsonArray list;
    for (const EventDeclaration* event : sockets.events())
        list.push_back(JsonObject{{"event", event->event},
                                  {"namespace", event->space},
                                  {"direction", event->handler ? "in" : "out"},
                                  {"plugin", event->plugin},
                                  {"summary", event->summary},
                                  {"requiresUser", event->requires_user},
                                  {"limit", event->limit}});
    return list;
}

int events(const Invocation& invocation) {
    return with_registrations(invocation, [&](const Assembly& assembly) {
        if (invocation.has(json_option.name))
            std::cout << to_text(events_as_json(assembly.sockets())) << '\n';
        else
            list_events(assembly.sockets());
    });
}

}  // namespace

Command routes_command() {
    return {"routes",
            "",
            "Lists the routes that the configured plugins register.",
            {config_option, json_option},
            routes};
}

Command events_command() {
    return {"events",
            "",
            "Lists the socket events that the configured plugins handle and emit.",
            {config_option, json_option},
            events};
}

}  // namespace mortise::app
