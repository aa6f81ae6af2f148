// SPDX-License-Identifier: Apache-2.0
#include <mortise/middleware.h>

#include <atomic>

namespace mortise {

struct Resume::Once {
    explicit Once(Continue go_on) : go_on(std::move(go_on)) {}
    ~Once() {
        if (is_used.load()) return;
        try {
            go_on({Response(500), nullptr});
        } catch (...) {  // no memory even for that: the deadline answers
        }
    }
    void use(Outcome outcome) {
        if (!is_used.exchange(true)) go_on(std::move(outcome));
    }

    Continue go_on;
    std::atomic<bool> is_used{false};
};

Resume::Resume(Continue go_on) : once_(std::make_shared<Once>(std::move(go_on))) {}

void Resume::next() const {
    once_->use({});
}

void Resume::answer(Response response) const {
    once_->use({std::move(response), nullptr});
}

void Resume::fail(std::exception_ptr fault) const {
    once_->use({std::nullopt, std::move(fault)});
}

}  // namespace mortise
