// SPDX-License-Identifier: Apache-2.0
#include "service/database/database.h"

#include <algorithm>
#include <stdexcept>

#include "service/database/postgresql_database.h"
#include "service/database/sqlite_database.h"

namespace mortise::service {

std::unique_ptr<Database> open_database(const DatabaseSettings& settings) {
    const std::string_view url = settings.url;
    constexpr std::string_view sqlite = "sqlite:";
    if (url.starts_with(sqlite)) return open_sqlite(url.substr(sqlite.size()), settings);
    if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return open_postgresql(settings);
    throw std::runtime_error("database " + without_password(url) +
                             ": the URL must begin with sqlite: or postgresql://");
}

// Rather too much hidden than too little: up to the last '@', and a password given as a parameter.
std::string without_password(std::string_view url) {
    std::string shown(url);
    const std::size_t scheme = shown.find("://");
    const std::size_t at = shown.rfind('@');
    if (scheme != shown.npos && at != shown.npos) {
        const std::size_t colon = shown.find(':', scheme + 3);
        if (colon < at) shown.replace(colon + 1, at - colon - 1, "***");
    }
    constexpr std::string_view parameter = "password=";
    if (const std::size_t place = shown.find(parameter); place != shown.npos) {
        const std::size_t start = place + parameter.size();
        shown.replace(start, std::min(shown.find('&', start), shown.size()) - start, "***");
    }
    return shown;
}

}  // namespace mortise::service
