// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <any>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include <mortise/export.h>
#include <mortise/request.h>

namespace mortise {

struct RouteDeclaration;

struct HeaderView {
    std::string_view name;
    std::string_view value;
};

/// A value bound from the body or the query, with the type it was declared as.
struct BoundValue {
    std::shared_ptr<const void> value;
    const std::type_info* type = nullptr;
};

/// The storage behind a Request: filled in by the server (or by sdk/testing), one request after the
/// other in the same object, so that its vectors and strings keep their memory.
/// Not part of the promise to plugins.
struct MORTISE_API RequestParts {
    Method method = Method::get;
    std::string_view method_text;
    std::string_view target;  // as sent, with the query
    std::string_view path;
    std::string_view query;  // without the '?'
    int minor_version = 1;
    std::vector<HeaderView> headers;
    const RouteDeclaration* route = nullptr;  // null: no route takes it, or not known yet
    std::vector<std::pair<std::string_view, std::string>> params;

    std::string id;
    std::string client_address;
    bool is_secure = false;
    bool reads_primary = false;
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    std::atomic<bool> is_abandoned{false};  // written by the loop, read by the worker

    std::string_view body;
    BodyReader* body_reader = nullptr;
    BoundValue bound_body;
    BoundValue bound_query;
    std::shared_ptr<const User> user;
    std::vector<std::pair<std::string, std::any>> left;

    /// The decoded query, made at the first question.
    mutable std::optional<std::vector<std::pair<std::string, std::string>>> query_pairs;

    void reset();
    /// First header of that name, whatever its case; null when absent.
    const HeaderView* find_header(std::string_view name) const;
};

}  // namespace mortise
