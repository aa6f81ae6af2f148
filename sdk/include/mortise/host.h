// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <typeinfo>

#include <mortise/export.h>
#include <mortise/http.h>
#include <mortise/log.h>
#include <mortise/options.h>
#include <mortise/sockets.h>

namespace mortise {

class Clock;
class Database;
class Events;
class HttpClient;
class Jobs;
class Mail;
class Metrics;
class Nodes;
class Store;

/// The server, as one plugin sees it. Lives longer than the plugin; a plugin may keep a pointer to it.
///
/// In start() a plugin registers: routes, middleware, events, services. The services of the server
/// (database, store, …) may be taken by reference in start() but used from ready() on.
class MORTISE_API Host {
public:
    virtual ~Host();

    virtual const Options& options() const = 0;
    virtual const Log& log() const = 0;
    virtual Http& http() = 0;
    virtual Sockets& sockets() = 0;

    virtual Database& database() = 0;
    virtual Store& store() = 0;
    virtual Nodes& nodes() = 0;
    virtual Jobs& jobs() = 0;
    virtual Events& events() = 0;
    virtual Metrics& metrics() = 0;
    virtual HttpClient& http_client() = 0;
    virtual Mail& mail() = 0;
    virtual const Clock& clock() const = 0;

    /// Offers a service to the plugins that start later. T has `static constexpr std::string_view
    /// service`, which plugin.yaml names under provides:. `provider` must live as long as the plugin.
    template <class T>
    void provide(T& provider) {
        provide(T::service, typeid(T), &provider);
    }
    /// A service plugin.yaml names under requires:. Throws std::logic_error when it does not.
    template <class T>
    T& use() {
        return *static_cast<T*>(require(T::service, typeid(T)));
    }
    /// A service this plugin can do without; null when nobody provides it. Complete from ready() on.
    template <class T>
    T* find() {
        return static_cast<T*>(look_up(T::service, typeid(T)));
    }

    /// Runs `task` on one of this plugin's workers, soon, where it may block; false when there is no room for
    /// it (see in_flight and queue under `host:`). From ready() to stop(), any thread; never blocks. What the
    /// task throws is logged.
    virtual bool work(std::function<void()> task) = 0;

    /// Tells that what carries this cache tag is stale. Nothing happens when nothing is cached.
    virtual void purge(std::string_view tag) = 0;

protected:
    virtual void provide(std::string_view service, const std::type_info& type, void* provider) = 0;
    virtual void* require(std::string_view service, const std::type_info& type) = 0;
    virtual void* look_up(std::string_view service, const std::type_info& type) = 0;
};

}  // namespace mortise
