// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <mortise/services/jobs.h>

namespace mortise::plugin {

/// The jobs of one plugin. What start() registers is kept here until the plugin is ready, so that a plugin
/// that is left out leaves no handler behind; enqueueing goes straight through.
class PluginJobs final : public Jobs {
public:
    PluginJobs(std::string plugin, Jobs& jobs);

    /// Throws std::invalid_argument for a name that does not begin with the plugin's.
    void handle(std::string name, Handler handler, JobOptions options = {}) override;
    void every(std::chrono::milliseconds interval, std::string name) override;
    void daily(std::chrono::minutes time_of_day, std::string name) override;
    std::int64_t enqueue(const NewJob& job) override { return jobs_.enqueue(job); }
    std::int64_t enqueue(Transaction& transaction, const NewJob& job) override {
        return jobs_.enqueue(transaction, job);
    }

    /// start() has returned: registering is a fault of the plugin from now on.
    void close() { is_closed_ = true; }
    /// Hands on what was registered. Throws what the real service throws.
    void hand_on();

private:
    void check(const std::string& name) const;

    std::string plugin_;
    Jobs& jobs_;
    std::vector<std::function<void(Jobs&)>> registrations_;
    bool is_closed_ = false;
};

}  // namespace mortise::plugin
