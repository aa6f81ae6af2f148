// SPDX-License-Identifier: Apache-2.0
#include "site.h"

#include <algorithm>

#include <mortise/error.h>
#include <mortise/media_type.h>
#include <mortise/text.h>

#include "caching.h"
#include "negotiation.h"

namespace web {

using mortise::Code;
using mortise::Error;
using mortise::Method;
using mortise::Request;
using mortise::Response;

namespace {

constexpr const char* index_page = "index.html";
constexpr const char* methods = "GET, HEAD, OPTIONS";

std::string_view last_segment(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

// Relative links on a folder's page count from the folder: it needs the slash at its end.
Response to_folder(std::string_view path) {
    return Response::redirect("./" + std::string(last_segment(path)) + "/", 308);
}

// An application's own path: somebody navigates there, and it does not look like a file or an API.
bool asks_for_page(const Request& request) {
    const std::string_view path = request.path();
    std::string_view below = path.substr(1);
    const std::string_view first = mortise::take_until(below, '/');
    return first != "api" && first != "socket.io" && last_segment(path).find('.') == std::string_view::npos &&
           accepts_html(request.header("accept"));
}

}  // namespace

Response Site::answer(const Request& request, std::string_view path) const {
    const bool is_read = request.method() == Method::get || request.method() == Method::head;
    Folder::Entry entry = folder_.find(path);
    if (entry.kind == Folder::Kind::folder) {
        entry = folder_.find(std::string(path) + "/" + index_page);
        path = index_page;
        if (entry.is_file() && is_read && !request.path().ends_with('/')) return to_folder(request.path());
    }
    if (!entry.is_file() && is_read && !settings_.fallback.empty() && asks_for_page(request)) {
        entry = folder_.find(settings_.fallback);
        path = settings_.fallback;
    }
    if (!entry.is_file()) throw Error(Code::not_found, "There is nothing at this path.");
    if (is_read) return send(request, entry, path);
    if (request.method() != Method::options)
        throw Error(Code::method_not_allowed,
                    "This path does not take " + std::string(request.method_text()) + ".")
            .with_header("Allow", methods);
    Response response = Response::empty();
    response.set_header("Allow", methods);
    return response;
}

Response Site::send(const Request& request, const Folder::Entry& file, std::string_view path) const {
    const auto smaller = compressed_beside(file.path);
    const bool sends_smaller = smaller && wants_gzip(request);
    Response response = Response::file(sends_smaller ? *smaller : file.path, mortise::media_type_of(path));
    if (smaller) response.set_header("Vary", "Accept-Encoding");
    if (sends_smaller) response.set_header("Content-Encoding", "gzip");
    response.set_header("Cache-Control",
                        is_immutable(path) ? "public, max-age=31536000, immutable" : "no-cache");
    if (!settings_.content_security_policy.empty())
        response.set_header("Content-Security-Policy", settings_.content_security_policy);
    return response;
}

bool Site::is_immutable(std::string_view path) const {
    return is_versioned(last_segment(path)) ||
           std::any_of(settings_.immutable.begin(), settings_.immutable.end(), [&](std::string_view folder) {
               return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
           });
}

}  // namespace web
