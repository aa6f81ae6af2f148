// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mortise/request.h>
#include <mortise/response.h>

#include "folder.h"

namespace web {

/// What all sites have in common.
struct SiteSettings {
    std::string fallback;                 // the page for an application's own paths; empty: none
    std::vector<std::string> immutable;   // folders whose files never change under one name
    std::string content_security_policy;  // empty: the server's
};

/// A folder that appears under a path.
class Site {
public:
    Site(std::filesystem::path folder, const SiteSettings& settings)
        : folder_(std::move(folder)), settings_(settings) {}

    /// `path` is the part of the request's path below the site. Throws Error(not_found), and
    /// method_not_allowed for a file that somebody would change.
    mortise::Response answer(const mortise::Request& request, std::string_view path) const;
    bool exists() const { return folder_.find({}).kind == Folder::Kind::folder; }

private:
    mortise::Response send(const mortise::Request& request, const Folder::Entry& file,
                           std::string_view path) const;
    bool is_immutable(std::string_view path) const;

    Folder folder_;
    const SiteSettings& settings_;
};

}  // namespace web
