// SPDX-License-Identifier: Apache-2.0
#include "negotiation.h"

#include <algorithm>
#include <chrono>

#include <mortise/error.h>
#include <mortise/services/store.h>

namespace calls {

namespace {

// An offer that nobody answers in this time was lost on the way.
constexpr auto patience = std::chrono::seconds(10);

std::string key_of(std::string_view call_id, std::string_view one, std::string_view other) {
    std::string key = "calls:offer:";
    for (const std::string_view part : {call_id, std::min(one, other), std::max(one, other)})
        key.append(part).push_back(':');
    return key;
}

}  // namespace

bool Negotiation::offer(std::string_view call_id, std::string_view from, std::string_view to) const {
    const std::string key = key_of(call_id, from, to);
    return store_.set_if_absent(key, from, patience) || store_.compare_and_set(key, from, from, patience) ||
           store_.set_if_absent(key, from, patience);  // the other one's ended between the two
}

bool Negotiation::answer(std::string_view call_id, std::string_view from, std::string_view to) const {
    const std::string key = key_of(call_id, from, to);
    return store_.compare_and_remove(key, to) || store_.get(key) != from;
}

void Negotiation::forget(std::string_view call_id, std::string_view one, std::string_view other) const {
    try {
        store_.remove(key_of(call_id, one, other));
    } catch (const mortise::Error&) {
    }
}

}  // namespace calls
