// SPDX-License-Identifier: Apache-2.0
#include "refusals.h"

#include <utility>

#include <mortise/error.h>

namespace chat {

using mortise::Code;
using mortise::Error;

void refuse_unknown_chat() {
    throw Error(Code::not_found, "There is no such conversation.");
}

void refuse_unknown_message() {
    throw Error(Code::not_found, "There is no such message.");
}

void refuse_forbidden(std::string name, std::string text) {
    throw Error(Code::forbidden, std::move(text)).named(std::move(name));
}

void refuse_value(std::string pointer, std::string code, std::string detail) {
    throw Error(Code::unprocessable, "There are values that are not allowed.")
        .with_fault({std::move(pointer), std::move(code), std::move(detail)});
}

}  // namespace chat
