// SPDX-License-Identifier: Apache-2.0
#include "plugin/order.h"

#include <algorithm>
#include <optional>
#include <set>

#include <mortise/text.h>

namespace mortise::plugin {

namespace {

class Check {
public:
    Check(const std::vector<Offer>& plugins, const std::vector<std::string>& given,
          const std::vector<Offer>& available)
        : plugins_(plugins), given_(given), available_(available) {}

    std::vector<std::string> run() {
        check_names();
        check_providers();
        for (std::size_t place = 0; place < plugins_.size(); ++place)
            for (const std::string& service : plugins_[place].needs) check_need(place, service);
        return std::move(lines_);
    }

private:
    void check_names() {
        std::set<std::string_view> seen, told;
        for (const Offer& plugin : plugins_)
            if (!seen.insert(plugin.name).second && told.insert(plugin.name).second)
                lines_.push_back(plugin.name + " stands more than once in plugins:");
    }

    void check_providers() {
        std::set<std::string_view> told;
        for (const Offer& plugin : plugins_)
            for (const std::string& service : plugin.provides) {
                const auto first = *provider_of(service);
                if (plugins_[first].name == plugin.name || !told.insert(service).second) continue;
                lines_.push_back(plugins_[first].name + " and " + plugin.name + " both provide " + service +
                                 ": only one of them may stand in plugins:");
            }
    }

    void check_need(std::size_t place, const std::string& service) {
        if (contains(given_, service)) return;
        const std::string needs = plugins_[place].name + " requires " + service + ", which ";
        const auto provider = provider_of(service);
        if (!provider) {
            lines_.push_back(needs + "no plugin in plugins: provides" + advice(place, service));
        } else if (plugins_[*provider].name == plugins_[place].name) {
            lines_.push_back(needs + "it is to provide itself");
        } else if (*provider > place) {
            const std::string& name = plugins_[*provider].name;
            lines_.push_back(needs + name + " provides" +
                             (depends_on(*provider, place)
                                  ? ", and " + name + " in turn can't start before " + plugins_[place].name
                                  : ": move " + name + " before " + plugins_[place].name + " in plugins:"));
        }
    }

    std::string advice(std::size_t place, const std::string& service) const {
        for (const Offer& plugin : available_)
            if (contains(plugin.provides, service))
                return ": add " + plugin.name + " before " + plugins_[place].name;
        return "";
    }

    std::optional<std::size_t> provider_of(std::string_view service) const {
        for (std::size_t place = 0; place < plugins_.size(); ++place)
            if (contains(plugins_[place].provides, service)) return place;
        return std::nullopt;
    }

    // Whether `place` requires, directly or through others, something that `other` provides.
    bool depends_on(std::size_t place, std::size_t other) const {
        std::set<std::size_t> seen{place};
        std::vector<std::size_t> open{place};
        while (!open.empty()) {
            const std::size_t next = open.back();
            open.pop_back();
            if (next == other) return true;
            for (const std::string& service : plugins_[next].needs)
                if (const auto provider = provider_of(service); provider && seen.insert(*provider).second)
                    open.push_back(*provider);
        }
        return false;
    }

    const std::vector<Offer>& plugins_;
    const std::vector<std::string>& given_;
    const std::vector<Offer>& available_;
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> order_faults(const std::vector<Offer>& plugins,
                                      const std::vector<std::string>& given,
                                      const std::vector<Offer>& available) {
    return Check(plugins, given, available).run();
}

}  // namespace mortise::plugin
