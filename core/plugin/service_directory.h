// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

namespace mortise::plugin {

/// The services that plugins offer each other, by name and interface. Written while the plugins start,
/// by one thread; read-only after.
class ServiceDirectory {
public:
    /// `provider` is the plugin's name; empty for the server itself. Throws std::logic_error when the
    /// service is there already.
    void provide(std::string_view provider, std::string_view service, const std::type_info& type,
                 void* object);
    /// Takes back everything of one plugin.
    void withdraw(std::string_view provider);

    /// Null when nobody provides it. Throws std::logic_error when it is there as another interface.
    void* find(std::string_view service, const std::type_info& type) const;
    bool has(std::string_view service) const { return entries_.find(service) != entries_.end(); }
    /// What the server itself provides.
    std::vector<std::string> given() const;

private:
    struct Entry {
        std::string provider;
        const std::type_info* type;
        void* object;
    };
    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace mortise::plugin
