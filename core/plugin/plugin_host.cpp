// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_host.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>

#include <mortise/services/route_phase.h>
#include <mortise/text.h>

#include "plugin/exception_text.h"

namespace mortise::plugin {

namespace {

std::uint64_t next_generation() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

}  // namespace

PluginHost::PluginHost(const PluginSource& source, const ServerServices& server, ServiceDirectory& directory)
    : source_(source),
      server_(server),
      directory_(directory),
      generation_(next_generation()),
      log_(server.log(source.name)),
      metrics_(server.metrics(source.name)),
      routes_(source.name),
      sockets_(source.name, server.switchboard),
      jobs_(source.name, server.jobs) {}

bool PluginHost::work(std::function<void()> task) {
    if (!is_closed_) throw std::logic_error("start() only registers: work begins in ready()");
    return lane_->submit([log = log_, task = std::move(task)] {
        try {
            task();
        } catch (...) {
            log.error("work failed", {{"what", exception_text()}});
        }
    });
}

void PluginHost::purge(std::string_view tag) {
    if (server_.on_purge) server_.on_purge(tag);
    if (void* cache = directory_.find(ResponseCache::service, typeid(ResponseCache)))
        static_cast<ResponseCache*>(cache)->purge(tag);
}

void PluginHost::close() {
    is_closed_ = true;
    routes_.close(source_.host.deadline);
    sockets_.close();
    jobs_.close();
    for (const std::string& service : source_.provides)
        if (!directory_.has(service))
            throw std::logic_error("plugin.yaml promises the service " + service +
                                   ", but start() provided none");
}

void PluginHost::provide(std::string_view service, const std::type_info& type, void* provider) {
    if (is_closed_) throw std::logic_error("a service is provided after start(): provide in start() only");
    if (!contains(source_.provides, service))
        throw std::logic_error("start() provides the service " + std::string(service) +
                               ", which plugin.yaml does not name under provides:");
    directory_.provide(source_.name, service, type, provider);
}

void* PluginHost::require(std::string_view service, const std::type_info& type) {
    if (!contains(source_.needs, service))
        throw std::logic_error("the service " + std::string(service) +
                               " is used, but plugin.yaml does not name it under requires:");
    void* object = directory_.find(service, type);
    if (object == nullptr) throw std::logic_error("nobody provides the service " + std::string(service));
    return object;
}

void* PluginHost::look_up(std::string_view service, const std::type_info& type) {
    return directory_.find(service, type);
}

}  // namespace mortise::plugin
