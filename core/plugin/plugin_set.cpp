// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_set.h"

#include <algorithm>
#include <utility>

#include <mortise/services/limiter.h>
#include <mortise/text.h>

#include "plugin/exception_text.h"
#include "plugin/library.h"

namespace mortise::plugin {

/// One plugin of the list, as far as it has come.
struct PluginSet::Member {
    explicit Member(PluginSource from) : source(std::move(from)) {}

    PluginSource source;
    std::string left_out;  // why; empty: it takes part
    std::unique_ptr<PluginHost> host;
    std::unique_ptr<Bulkhead> bulkhead;
    std::unique_ptr<Plugin, void (*)(Plugin*)> plugin{nullptr, nullptr};
    bool was_made_ready = false;

    bool takes_part() const { return left_out.empty(); }
};

namespace {

// What a plugin asks the limiter for, and the limiter does not have.
std::vector<std::string> unknown_limits(const PluginHost& host, Limiter& limiter) {
    std::vector<std::string> lines;
    const auto check = [&](const std::string& limit, const std::string& plugin, const std::string& what) {
        if (!limit.empty() && limiter.policy(limit) == nullptr)
            lines.push_back(plugin + ": " + what + " names the limit '" + limit +
                            "', for which there is no policy");
    };
    for (const RouteDeclaration& route : host.registered_routes().routes()) {
        const std::string method(route.method ? name_of(*route.method) : "any");
        check(route.limit, route.plugin, "the route " + method + ' ' + route.path);
    }
    for (const EventDeclaration& event : host.registered_sockets().events())
        check(event.limit, event.plugin, "the event '" + event.event + "'");
    return lines;
}

}  // namespace

PluginSet::PluginSet(std::vector<PluginSource> sources, ServerServices server, WorkerPool& workers)
    : server_(std::move(server)), workers_(workers), log_(server_.log("plugin")) {
    for (PluginSource& source : sources) members_.push_back(std::make_unique<Member>(std::move(source)));
}

PluginSet::~PluginSet() {
    stop();
}

void PluginSet::provide(std::string_view service, const std::type_info& type, void* provider) {
    directory_.provide("", service, type, provider);
}

void PluginSet::load(const LoadSettings& settings) {
    std::vector<Offer> offers;
    for (const auto& member : members_)
        offers.push_back({member->source.name, member->source.provides, member->source.needs});
    faults_ = order_faults(offers, directory_.given(), settings.available);
    check_files(settings);
    throw_faults();
    for (const auto& member : members_)
        if (member->takes_part()) contain(*member, "could not be constructed", &PluginSet::construct);
    throw_faults();
}

void PluginSet::start() {
    for (const auto& member : members_) {
        if (member->takes_part()) check_providers(*member);
        if (member->takes_part()) contain(*member, "failed in start()", &PluginSet::start_one);
    }
    check_events();
    check_limits();
    throw_faults();
}

bool PluginSet::ready() {
    bool is_complete = true;
    for (const auto& member : members_) {
        if (!member->takes_part()) continue;
        // Others may already hold what it provides: it can't be taken out from under them any more.
        if (!member->source.provides.empty()) member->source.host.skip_on_error = false;
        contain(*member, "failed in ready()", &PluginSet::ready_one);
        is_complete = is_complete && member->takes_part();
    }
    throw_faults();
    return !is_complete;
}

void PluginSet::stop() noexcept {
    for (auto member = members_.rbegin(); member != members_.rend(); ++member) stop_one(**member);
    // Only when every plugin has stopped: until then they may call each other's services.
    for (auto place = members_.rbegin(); place != members_.rend(); ++place) {
        Member& member = **place;
        member.plugin.reset();
        directory_.withdraw(member.source.name);
        member.host.reset();
        member.bulkhead.reset();
    }
}

std::vector<http::RouteSource> PluginSet::routes() const {
    std::vector<http::RouteSource> sources;
    for (const auto& member : members_)
        if (member->host) sources.push_back({&member->host->registered_routes(), member->bulkhead.get()});
    return sources;
}

std::vector<socket::SocketSource> PluginSet::sockets() const {
    std::vector<socket::SocketSource> sources;
    for (const auto& member : members_)
        if (member->host) sources.push_back({&member->host->registered_sockets(), member->bulkhead.get()});
    return sources;
}

Bulkhead* PluginSet::bulkhead(std::string_view plugin) const {
    for (const auto& member : members_)
        if (member->source.name == plugin) return member->bulkhead.get();
    return nullptr;
}

std::vector<PluginState> PluginSet::states() const {
    std::vector<PluginState> states;
    for (const auto& member : members_) {
        PluginState& state = states.emplace_back();
        state.name = member->source.name;
        state.version = member->source.version;
        state.left_out = member->left_out;
        if (member->host) state.generation = member->host->generation();
        if (member->bulkhead) state.bulkhead = member->bulkhead->figures();
    }
    return states;
}

void PluginSet::show_in(Metrics& metrics) {
    for (const auto& member : members_) {
        const Metrics::Labels labels{{"plugin", member->source.name}};
        metrics.gauge("running", "1 when the plugin runs, 0 when it was left out", labels)
            .set(member->takes_part());
        if (!member->bulkhead) continue;
        const auto read = [bulkhead = member->bulkhead.get()](auto figure) {
            return [bulkhead, figure] { return static_cast<double>(bulkhead->figures().*figure); };
        };
        metrics.gauge_from("in_flight", "Handlers of the plugin that run on workers",
                           read(&BulkheadFigures::in_flight), labels);
        metrics.gauge_from("queued", "Requests and events that wait for one of them",
                           read(&BulkheadFigures::queued), labels);
        metrics.counter_from("refused_total", "Requests and events that found the queue full",
                             read(&BulkheadFigures::refused), labels);
    }
    metrics.gauge_from("workers", "Threads of the worker pool",
                       [&pool = workers_] { return static_cast<double>(pool.threads()); });
    metrics.gauge_from("busy_workers", "Threads of the worker pool that run something",
                       [&pool = workers_] { return static_cast<double>(pool.busy_threads()); });
}

void PluginSet::check_files(const LoadSettings& settings) {
    for (const auto& member : members_)
        if (member->source.entry == nullptr)
            if (auto fault = file_fault(member->source.library)) fail(*member, *fault);
    if (settings.trial) run_trial(*settings.trial);
}

void PluginSet::run_trial(const TrialSettings& settings) {
    std::vector<Member*> tried;
    std::vector<std::filesystem::path> files;
    for (const auto& member : members_)
        if (member->takes_part() && member->source.entry == nullptr) {
            tried.push_back(member.get());
            files.push_back(member->source.library);
        }
    const auto results = try_loading(files, settings);
    for (std::size_t place = 0; place < tried.size(); ++place)
        if (results[place]) fail(*tried[place], *results[place]);
}

void PluginSet::construct(Member& member) {
    const PluginEntry& entry =
        member.source.entry ? *member.source.entry : load_library(member.source.library);
    member.host = std::make_unique<PluginHost>(member.source, server_, directory_);
    member.bulkhead = std::make_unique<Bulkhead>(workers_, member.source.name, member.source.host.bulkhead);
    member.host->work_on(*member.bulkhead);
    member.plugin = {entry.create(), entry.destroy};
}

void PluginSet::start_one(Member& member) {
    member.plugin->start(*member.host);
    member.host->close();
}

void PluginSet::ready_one(Member& member) {
    member.was_made_ready = true;
    member.plugin->ready();
    // What has been handed on can't be taken back: from here on a fault is fatal.
    member.source.host.skip_on_error = false;
    member.host->hand_on_jobs();
}

void PluginSet::stop_one(Member& member) noexcept {
    if (!std::exchange(member.was_made_ready, false) || !member.plugin) return;
    try {
        member.plugin->stop();
    } catch (...) {
        log_.error("a plugin failed in stop()",
                   {{"plugin", member.source.name}, {"reason", exception_text()}});
    }
}

void PluginSet::check_providers(Member& member) {
    for (const std::string& service : member.source.needs) {
        if (directory_.has(service)) continue;
        const auto provider = std::ranges::find_if(
            members_, [&](const auto& other) { return contains(other->source.provides, service); });
        const std::string line = member.source.name + " requires " + service;
        return fail(member, provider == members_.end() ? line + ", which nobody provides"
                                                       : line + ", which " + (*provider)->source.name +
                                                             " provides, and that was left out");
    }
}

void PluginSet::check_events() {
    for (std::string& line : socket::conflicts(sockets())) faults_.push_back(std::move(line));
}

void PluginSet::check_limits() {
    Limiter* limiter = find<Limiter>();
    if (limiter == nullptr) return;
    for (const auto& member : members_) {
        if (!member->host) continue;
        std::vector<std::string> lines = unknown_limits(*member->host, *limiter);
        if (!lines.empty() && member->source.host.skip_on_error)
            leave_out(*member, lines.front());
        else
            faults_.insert(faults_.end(), lines.begin(), lines.end());
    }
}

void PluginSet::contain(Member& member, std::string_view verb, Step step) {
    try {
        (this->*step)(member);
    } catch (const PluginFault& fault) {
        fail(member, fault.what());
    } catch (...) {
        fail(member, member.source.name + " " + std::string(verb) + ": " + exception_text());
    }
}

void PluginSet::fail(Member& member, std::string line) {
    if (member.source.host.skip_on_error) return leave_out(member, std::move(line));
    if (member.takes_part()) faults_.push_back(line);
    member.left_out = std::move(line);
}

// Requests have not begun, so none of its code runs but what it started itself, which its stop() ends.
void PluginSet::leave_out(Member& member, std::string why) {
    log_.warn("a plugin is left out", {{"plugin", member.source.name}, {"reason", why}});
    member.left_out = std::move(why);
    stop_one(member);
    directory_.withdraw(member.source.name);
    member.plugin.reset();
    member.host.reset();
    member.bulkhead.reset();
}

void PluginSet::throw_faults() {
    if (!faults_.empty()) throw PluginFaults(std::exchange(faults_, {}));
}

}  // namespace mortise::plugin
