// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <utility>

namespace mortise {

/// Waits for one word, from whichever thread says it first; when nobody does, it hears `otherwise` in the
/// end.
template <class Word, class Hear = std::function<void(Word)>>
class Once {
public:
    Once(Hear hear, Word (*otherwise)()) : hear_(std::move(hear)), otherwise_(otherwise) {}
    Once(const Once&) = delete;
    Once& operator=(const Once&) = delete;
    ~Once() {
        if (is_said_.load()) return;
        try {
            hear_(otherwise_());
        } catch (...) {  // no memory even for that
        }
    }

    void say(Word word) {
        if (is_said_.exchange(true)) return;
        // What waited is not kept any longer, however long this is.
        const Hear hear = std::exchange(hear_, nullptr);
        hear(std::move(word));
    }

private:
    Hear hear_;
    Word (*otherwise_)();
    std::atomic<bool> is_said_{false};
};

}  // namespace mortise
