// SPDX-License-Identifier: Apache-2.0
#include <mortise/etag.h>

#include <mortise/error.h>
#include <mortise/request.h>
#include <mortise/text.h>

namespace mortise {

namespace {

// A compressed answer carries the tag of the plain one with this before the closing quote: another
// representation of the same state.
constexpr std::string_view gzip_suffix = "-gzip\"";

std::string plain_tag(std::string_view tag) {
    if (!tag.ends_with(gzip_suffix)) return std::string(tag);
    return std::string(tag.substr(0, tag.size() - gzip_suffix.size())) + '"';
}

bool names(std::string_view list, std::string_view etag, bool weak_too) {
    if (trim(list) == "*") return true;
    while (!list.empty()) {
        std::string_view tag = trim(take_until(list, ','));
        if (tag.starts_with("W/")) {
            if (!weak_too) continue;
            tag.remove_prefix(2);
        }
        if (plain_tag(tag) == etag) return true;
    }
    return false;
}

}  // namespace

std::string quote_etag(std::string_view opaque) {
    return '"' + std::string(opaque) + '"';
}

bool is_unchanged(const Request& request, std::string_view etag) {
    const std::string_view list = request.header("if-none-match");
    return !list.empty() && names(list, plain_tag(etag), true);
}

void require_match(const Request& request, std::string_view etag) {
    const std::string_view list = request.header("if-match");
    if (list.empty() || names(list, plain_tag(etag), false)) return;
    throw Error(Code::precondition_failed, "It has changed since you read it.");
}

}  // namespace mortise
