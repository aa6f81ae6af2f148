// SPDX-License-Identifier: Apache-2.0
#include "plugin/service_directory.h"

#include <stdexcept>

#include "plugin/exception_text.h"

namespace mortise::plugin {

void ServiceDirectory::provide(std::string_view provider, std::string_view service,
                               const std::type_info& type, void* object) {
    const auto [entry, is_new] =
        entries_.try_emplace(std::string(service), Entry{std::string(provider), &type, object});
    if (!is_new)
        throw std::logic_error("the service " + entry->first + " is provided twice, first by " +
                               (entry->second.provider.empty() ? "the server" : entry->second.provider));
}

void ServiceDirectory::withdraw(std::string_view provider) {
    std::erase_if(entries_, [&](const auto& entry) { return entry.second.provider == provider; });
}

void* ServiceDirectory::find(std::string_view service, const std::type_info& type) const {
    const auto found = entries_.find(service);
    if (found == entries_.end()) return nullptr;
    if (*found->second.type != type)
        throw std::logic_error("the service " + std::string(service) + " is provided as " +
                               readable_symbol(found->second.type->name()) + " and asked for as " +
                               readable_symbol(type.name()));
    return found->second.object;
}

std::vector<std::string> ServiceDirectory::given() const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries_)
        if (entry.provider.empty()) names.push_back(name);
    return names;
}

}  // namespace mortise::plugin
