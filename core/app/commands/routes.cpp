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

void list_events(const socket::EventTable& events) {
    std::size_t width = 0;
    for (const EventDeclaration* event : events.all()) width = std::max(width, event->event.size());
    for (const EventDeclaration* event : events.all())
        std::cout << event->event << std::string(width + 2 - event->event.size(), ' ') << event->plugin
                  << (event->requires_user ? "  user" : "") << (event->summary.empty() ? "" : "  ")
                  << event->summary << '\n';
}

JsonArray events_as_json(const socket::EventTable& events) {
    JsonArray list;
    for (const EventDeclaration* event : events.all())
        list.push_back(JsonObject{{"event", event->event},
                                  {"plugin", event->plugin},
                                  {"summary", event->summary},
                                  {"requiresUser", event->requires_user},
                                  {"limit", event->limit}});
    return list;
}

int events(const Invocation& invocation) {
    return with_registrations(invocation, [&](const Assembly& assembly) {
        if (invocation.has(json_option.name))
            std::cout << to_text(events_as_json(assembly.events())) << '\n';
        else
            list_events(assembly.events());
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
            "Lists the socket events that the configured plugins handle.",
            {config_option, json_option},
            events};
}

}  // namespace mortise::app
