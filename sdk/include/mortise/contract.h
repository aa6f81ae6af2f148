// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include <mortise/shape.h>

namespace mortise {

/// A described struct that comes from outside: its type, its JSON Schema, and how one is made from what
/// was sent. `read` adds a fault for all that is not allowed; its value is for nobody then.
template <class Sent>
struct Contract {
    const std::type_info* type = nullptr;
    JsonObject schema;
    std::function<std::shared_ptr<const void>(const Sent&, Faults&)> read;
};

/// Of a request's body or an event's payload.
using JsonContract = Contract<Json>;

template <Described T>
JsonContract json_contract(Shape<T> shape) {
    JsonObject schema = shape.schema();
    return {&typeid(T), std::move(schema), [shape = std::move(shape)](const Json& json, Faults& faults) {
                auto value = std::make_shared<T>();
                shape.read(json, *value, faults);
                return value;
            }};
}

/// Of a request's query: the decoded pairs in their order.
using QueryPairs = std::vector<std::pair<std::string, std::string>>;
using QueryContract = Contract<QueryPairs>;

template <Described T>
QueryContract query_contract(Shape<T> shape) {
    JsonObject schema = shape.schema();
    return {&typeid(T), std::move(schema),
            [shape = std::move(shape)](const QueryPairs& pairs, Faults& faults) {
                auto value = std::make_shared<T>();
                shape.read_query(pairs, *value, faults);
                return value;
            }};
}

}  // namespace mortise
