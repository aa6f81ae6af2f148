// SPDX-License-Identifier: Apache-2.0
#include <mortise/sdk.h>

#include <dlfcn.h>

#include <deque>
#include <filesystem>
#include <stdexcept>

#include "site.h"

namespace web {

namespace fs = std::filesystem;

// The demo stands beside the library.
fs::path demo_folder() {
    static const char here = 0;
    Dl_info library{};
    if (::dladdr(&here, &library) == 0) throw std::runtime_error("the folder of the demo cannot be found");
    return fs::absolute(library.dli_fname).parent_path() / "demo";
}

/// A site in its place among the routes.
class Mount {
public:
    Mount(std::string place, fs::path folder, const SiteSettings& settings)
        : place_(std::move(place)), folder_(std::move(folder)), site_(folder_, settings) {}

    void offer(mortise::Http& http) const {
        http.any(place_.ends_with('/') ? place_ + "{path*}" : place_ + "/{path*}", this, &Mount::answer)
            .summary("Serves files")
            .fallback()
            .inline_handler();  // a few system calls; the loop opens the file in any case
    }
    void check() const {
        if (!site_.exists())
            throw std::runtime_error("sites: " + place_ + ": " + folder_.string() + " is no folder");
    }

private:
    mortise::Response answer(const mortise::Request& request) const {
        return site_.answer(request, request.param("path"));
    }

    std::string place_;
    fs::path folder_;
    Site site_;
};

class Web final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        const mortise::Options& options = host.options();
        settings_ = {options.text("fallback"), options.texts("immutable"),
                     options.text("content_security_policy")};
        for (const auto& [place, folder] : options.text_entries("sites"))
            mounts_.emplace_back(place, folder, settings_);
        if (mounts_.empty()) mounts_.emplace_back("/", demo_folder(), settings_);
        for (const Mount& mount : mounts_) mount.offer(host.http());
    }
    void ready() override {
        for (const Mount& mount : mounts_) mount.check();
    }

private:
    SiteSettings settings_;
    std::deque<Mount> mounts_;  // routes hold their addresses
};

}  // namespace web
MORTISE_PLUGIN(web::Web)
