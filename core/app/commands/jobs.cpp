// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <functional>
#include <iostream>

#include "app/assembly.h"
#include "app/commands.h"
#include "app/configuration_files.h"

namespace mortise::app {

namespace {

int with_jobs(const Invocation& invocation,
              const std::function<int(service::JobTable&, const Clock&)>& work) {
    Substitutes substitutes;
    substitutes.is_quiet = true;
    substitutes.without_jobs = true;
    Assembly assembly(load_configuration(invocation), substitutes);
    assembly.migrate();
    return work(assembly.services().jobs().table(), assembly.services().clock());
}

int list_jobs(const Invocation& invocation) {
    service::JobFilter filter;
    filter.name = invocation.value("name").value_or("");
    if (const auto state = invocation.value("state")) {
        filter.state = service::job_state_of(*state);
        if (!filter.state)
            throw CommandFailed(failure, "--state is waiting, running, done or dead, not '" + *state + "'");
    }
    return with_jobs(invocation, [&](service::JobTable& table, const Clock&) {
        for (const service::JobListing& job : table.list(filter))
            std::cout << job.id << '\t' << service::name_of(job.state) << '\t' << job.name << "\trun "
                      << job.attempt << "\tdue " << to_rfc3339(job.due) << (job.error.empty() ? "" : "\t")
                      << job.error << '\n';
        return success;
    });
}

int retry(const Invocation& invocation) {
    const std::string& which = invocation.arguments[0];
    return with_jobs(invocation, [&](service::JobTable& table, const Clock& clock) {
        if (which == "all") {
            std::cout << table.retry_all(invocation.value("name").value_or(""), clock.now())
                      << " jobs wait again\n";
            return success;
        }
        std::int64_t id = 0;
        const auto [end, fault] = std::from_chars(which.data(), which.data() + which.size(), id);
        if (fault != std::errc{} || end != which.data() + which.size())
            throw CommandFailed(failure, "'" + which + "' is neither the id of a job nor 'all'");
        if (!table.retry(id, clock.now())) throw CommandFailed(failure, "there is no dead job " + which);
        std::cout << "job " << which << " waits again\n";
        return success;
    });
}

}  // namespace

std::vector<Command> job_commands() {
    const CommandOption name{"name", "NAME", "Only jobs of this name."};
    return {
        {"jobs list",
         "",
         "Lists jobs, the newest first.",
         {config_option, {"state", "STATE", "waiting, running, done or dead"}, name},
         list_jobs},
        {"jobs retry", "ID|all", "Lets dead jobs wait again.", {config_option, name}, retry},
    };
}

}  // namespace mortise::app
