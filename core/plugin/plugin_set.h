// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/route_table.h"
#include "plugin/fault.h"
#include "plugin/order.h"
#include "plugin/plugin_host.h"
#include "plugin/plugin_source.h"
#include "plugin/trial.h"
#include "plugin/worker_pool.h"
#include "socket/socket_table.h"

namespace mortise::plugin {

struct LoadSettings {
    /// Absent: load without trying in a child process first, as tests of one plugin do.
    std::optional<TrialSettings> trial = TrialSettings{};
    /// Plugins that could be switched on, for better advice.
    std::vector<Offer> available = {};
};

/// What has become of one plugin.
struct PluginState {
    std::string name;
    std::string version;
    std::uint64_t generation = 0;  ///< 0: never constructed
    std::string left_out = {};     ///< why it does not run; empty when it does
    BulkheadFigures bulkhead = {};
};

/// The plugins of one server, in the order of `plugins:`.
///
/// load(), start(), ready(), stop() are called in this order, by one thread. Whatever a plugin throws is
/// caught and told as a line that names it. A plugin that fails is fatal, unless it says `on_error: skip`:
/// then it is left out, and so are those that need a service of it and say the same. Nothing that a
/// plugin which is left out registered is ever seen.
class PluginSet {
public:
    /// What is given here outlives the set.
    PluginSet(std::vector<PluginSource> sources, ServerServices server, WorkerPool& workers);
    /// Stops, if nobody did.
    ~PluginSet();
    PluginSet(const PluginSet&) = delete;
    PluginSet& operator=(const PluginSet&) = delete;

    /// A service of the server's own, before load().
    template <class T>
    void provide(T& provider) {
        provide(T::service, typeid(T), &provider);
    }
    void provide(std::string_view service, const std::type_info& type, void* provider);
    /// A service somebody provides; null when nobody does.
    template <class T>
    T* find() const {
        return static_cast<T*>(look_up(T::service, typeid(T)));
    }
    void* look_up(std::string_view service, const std::type_info& type) const {
        return directory_.find(service, type);
    }

    /// Checks the order, the files and a trial load, all of them before any plugin code runs in this
    /// process; then loads and constructs. Throws PluginFaults with everything that is wrong.
    void load(const LoadSettings& settings = {});
    /// Lets each plugin register. Throws PluginFaults, conflicts between plugins' events included.
    void start();
    /// Migrations have run, the services answer: lets each plugin begin, then hands its jobs on. The jobs'
    /// workers and requests start after this. True when a plugin was left out: routes() and sockets() are
    /// fewer, and what was made of them before must not be used any more. Throws PluginFaults.
    bool ready();
    /// Stops those that were made ready, in reverse order, and destroys all. The workers must be idle: no
    /// code of a plugin may be running. Never throws; what stop() throws is logged.
    void stop() noexcept;

    // After start(); valid until stop(), but for what ready() leaves out.
    std::vector<http::RouteSource> routes() const;
    std::vector<socket::SocketSource> sockets() const;
    /// Where the work of one plugin runs; null for one that is not there or left out.
    Bulkhead* bulkhead(std::string_view plugin) const;
    /// Every plugin of the list, also those left out.
    std::vector<PluginState> states() const;
    /// The figures of every plugin's bulkhead, read when the page is asked for; `metrics` must be
    /// destroyed before the set.
    void show_in(Metrics& metrics);

private:
    struct Member;
    using Step = void (PluginSet::*)(Member&);

    void check_files(const LoadSettings& settings);
    void run_trial(const TrialSettings& settings);
    void construct(Member& member);
    void start_one(Member& member);
    void ready_one(Member& member);
    void stop_one(Member& member) noexcept;
    void check_providers(Member& member);
    void check_events();
    void check_limits();

    /// Runs a step, and notes what it throws.
    void contain(Member& member, std::string_view verb, Step step);
    void fail(Member& member, std::string line);
    void leave_out(Member& member, std::string why);
    void throw_faults();

    ServerServices server_;
    WorkerPool& workers_;
    ServiceDirectory directory_;
    std::vector<std::unique_ptr<Member>> members_;
    std::vector<std::string> faults_;  // of the phase that runs
    Log log_;
};

}  // namespace mortise::plugin
