// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <mortise/error.h>
#include <mortise/middleware.h>
#include <mortise/route.h>
#include <mortise/write_json.h>

namespace mortise {

/// What a handler may return, as a response: a Response, Json, a described struct or a list of them,
/// an optional of these (nothing there is a 404). Its status is the route's.
template <class Result>
Response to_response(Result&& result) {
    using Value = std::remove_cvref_t<Result>;
    if constexpr (std::same_as<Value, Response>) {
        return std::forward<Result>(result);
    } else if constexpr (detail::Unwrapped<Value>::may_be_null) {
        if (!result) throw Error(Code::not_found, "There is no such thing here.");
        return to_response(*std::forward<Result>(result));
    } else {
        return Response::json_text(to_json_text(result));
    }
}

/// Where a plugin registers its routes and middleware; use it in start() only.
///
/// Handlers are const member functions `R handle(const Request&) const` of any object that lives as
/// long as the plugin. Paths have literal segments, `{name}` for one segment and, at the end,
/// `{name*}` for the rest. Two routes with the same method and shape are refused at start.
class MORTISE_API Http {
public:
    virtual ~Http();

    template <class Object, class Result>
    Route get(std::string path, const Object* object, Result (Object::*handle)(const Request&) const) {
        return add(Method::get, std::move(path), bind(object, handle));
    }
    template <class Object, class Result>
    Route post(std::string path, const Object* object, Result (Object::*handle)(const Request&) const) {
        return add(Method::post, std::move(path), bind(object, handle));
    }
    template <class Object, class Result>
    Route put(std::string path, const Object* object, Result (Object::*handle)(const Request&) const) {
        return add(Method::put, std::move(path), bind(object, handle));
    }
    template <class Object, class Result>
    Route patch(std::string path, const Object* object, Result (Object::*handle)(const Request&) const) {
        return add(Method::patch, std::move(path), bind(object, handle));
    }
    template <class Object, class Result>
    Route del(std::string path, const Object* object, Result (Object::*handle)(const Request&) const) {
        return add(Method::delete_, std::move(path), bind(object, handle));
    }
    /// Every method, also those no standard names.
    template <class Object, class Result>
    Route any(std::string path, const Object* object, Result (Object::*handle)(const Request&) const) {
        return add(std::nullopt, std::move(path), bind(object, handle));
    }
    virtual Route add(std::optional<Method> method, std::string path, Handler handler) = 0;

    /// Runs before the handler, in the order of the plugins; see Verdict. Must not block unless
    /// .may_block() says so.
    template <class Object, class Asked>
    Middleware before(const Object* object, Verdict (Object::*decide)(Asked&) const) {
        return add_before([object, decide](Request& request) { return (object->*decide)(request); });
    }
    /// Runs when there is an answer, for errors too, in the reverse order.
    template <class Object>
    Middleware after(const Object* object, void (Object::*finish)(const Request&, Response&) const) {
        return add_after([object, finish](const Request& request, Response& response) {
            (object->*finish)(request, response);
        });
    }
    virtual Middleware add_before(Before before) = 0;
    virtual Middleware add_after(After after) = 0;

private:
    template <class Object, class Result>
    static Handler bind(const Object* object, Result (Object::*handle)(const Request&) const) {
        return [object, handle](const Request& request) {
            if constexpr (std::is_void_v<Result>) {
                (object->*handle)(request);
                return Response::empty();
            } else {
                return to_response((object->*handle)(request));
            }
        };
    }
};

}  // namespace mortise
