// SPDX-License-Identifier: Apache-2.0
#include "refusals.h"

#include <utility>

namespace calls {

using mortise::Code;
using mortise::Error;

Glare::Glare(std::string winner) : Error(Code::conflict, "Glare"), winner_(std::move(winner)) {
    named("glare");
}

void refuse_unknown_call() {
    throw Error(Code::not_found, "Call not found");
}

void refuse_outsider() {
    throw Error(Code::not_found, "You are not in this call");
}

void refuse_unknown_participant() {
    throw Error(Code::not_found, "They are not in this call").named("not_a_participant");
}

void refuse_step() {
    refuse_conflict("not_now", "The call does not allow this now");
}

void refuse_other_device() {
    refuse_conflict("answered_elsewhere", "Another device is in this call");
}

void refuse_conflict(std::string name, std::string text) {
    throw Error(Code::conflict, std::move(text)).named(std::move(name));
}

void refuse_value(std::string pointer, std::string code, std::string detail) {
    throw Error(Code::unprocessable, "There are values that are not allowed.")
        .with_fault({std::move(pointer), std::move(code), std::move(detail)});
}

}  // namespace calls
