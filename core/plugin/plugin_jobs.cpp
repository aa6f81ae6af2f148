// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_jobs.h"

#include <stdexcept>
#include <utility>

namespace mortise::plugin {

PluginJobs::PluginJobs(std::string plugin, Jobs& jobs) : plugin_(std::move(plugin)), jobs_(jobs) {}

void PluginJobs::handle(std::string name, Handler handler, JobOptions options) {
    check(name);
    registrations_.push_back([name = std::move(name), handler = std::move(handler), options](Jobs& jobs) {
        jobs.handle(name, handler, options);
    });
}

void PluginJobs::every(std::chrono::milliseconds interval, std::string name) {
    check(name);
    registrations_.push_back([=](Jobs& jobs) { jobs.every(interval, name); });
}

void PluginJobs::daily(std::chrono::minutes time_of_day, std::string name) {
    check(name);
    registrations_.push_back([=](Jobs& jobs) { jobs.daily(time_of_day, name); });
}

void PluginJobs::hand_on() {
    for (const auto& registration : std::exchange(registrations_, {})) registration(jobs_);
}

void PluginJobs::check(const std::string& name) const {
    if (is_closed_)
        throw std::logic_error("the job '" + name +
                               "' is registered after start(): register in start() only");
    if (!name.starts_with(plugin_ + "."))
        throw std::invalid_argument("the job '" + name + "' must begin with '" + plugin_ + ".'");
}

}  // namespace mortise::plugin
