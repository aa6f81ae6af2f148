// SPDX-License-Identifier: Apache-2.0
#include <mortise/middleware.h>

#include "once.h"

namespace mortise {

struct Resume::Waiting : Once<Outcome> {
    explicit Waiting(Continue go_on)
        : Once(std::move(go_on), [] {
              return Outcome{Response(500), nullptr};
          }) {}
};

Resume::Resume(Continue go_on) : waiting_(std::make_shared<Waiting>(std::move(go_on))) {}

void Resume::next() const {
    waiting_->say({});
}

void Resume::answer(Response response) const {
    waiting_->say({std::move(response), nullptr});
}

void Resume::fail(std::exception_ptr fault) const {
    waiting_->say({std::nullopt, std::move(fault)});
}

}  // namespace mortise
