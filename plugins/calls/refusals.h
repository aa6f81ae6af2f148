// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <mortise/error.h>

namespace calls {

/// Both called each other at once: the other's call, which rings here, is the one that stands.
class Glare : public mortise::Error {
public:
    explicit Glare(std::string winner);
    const std::string& winner() const { return winner_; }

private:
    std::string winner_;
};

/// For whoever is not in the call: the same words, whether it exists or not.
[[noreturn]] void refuse_unknown_call();
/// Likewise of a group call.
[[noreturn]] void refuse_outsider();
/// Somebody is named who is not in the group call.
[[noreturn]] void refuse_unknown_participant();
/// A step that the call's state does not allow.
[[noreturn]] void refuse_step();
/// Another device of the same person holds the place in the call.
[[noreturn]] void refuse_other_device();
/// 409 with a name clients can act on; old clients are told `text` as the reason.
[[noreturn]] void refuse_conflict(std::string name, std::string text);
/// 422 for one value the shape could not judge.
[[noreturn]] void refuse_value(std::string pointer, std::string code, std::string detail);

}  // namespace calls
