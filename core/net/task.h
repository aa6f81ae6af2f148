// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace mortise::net {

/// A move-only `void()`; callables of up to 48 bytes are kept in place, so posting one allocates nothing.
class Task {
public:
    Task() noexcept = default;

    template <class Callable>
    requires(!std::is_same_v<std::remove_cvref_t<Callable>, Task> && std::is_invocable_v<Callable&>)
        Task(Callable&& callable) {  // NOLINT: implicit, so that a lambda can be handed to post()
        using Kept = std::remove_cvref_t<Callable>;
        if constexpr (fits<Kept>) {
            ::new (static_cast<void*>(place_)) Kept(std::forward<Callable>(callable));
            verbs_ = &in_place<Kept>;
        } else {
            ::new (static_cast<void*>(place_)) Kept*(new Kept(std::forward<Callable>(callable)));
            verbs_ = &on_heap<Kept>;
        }
    }

    Task(Task&& other) noexcept { take(other); }
    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            drop();
            take(other);
        }
        return *this;
    }
    ~Task() { drop(); }

    void operator()() { verbs_->call(place_); }
    explicit operator bool() const noexcept { return verbs_ != nullptr; }

private:
    struct Verbs {
        void (*call)(void*);
        void (*move)(void* from, void* to) noexcept;  // leaves nothing behind
        void (*destroy)(void*) noexcept;
    };

    static constexpr std::size_t capacity = 48;

    template <class Kept>
    static constexpr bool fits =
        sizeof(Kept) <= capacity &&
        alignof(Kept) <= alignof(std::max_align_t) && std::is_nothrow_move_constructible_v<Kept>;

    template <class Kept>
    static constexpr Verbs in_place{
        [](void* place) { (*static_cast<Kept*>(place))(); },
        [](void* from, void* to) noexcept {
            ::new (to) Kept(std::move(*static_cast<Kept*>(from)));
            static_cast<Kept*>(from)->~Kept();
        },
        [](void* place) noexcept { static_cast<Kept*>(place)->~Kept(); },
    };

    template <class Kept>
    static constexpr Verbs on_heap{
        [](void* place) { (**static_cast<Kept**>(place))(); },
        [](void* from, void* to) noexcept { ::new (to) Kept*(*static_cast<Kept**>(from)); },
        [](void* place) noexcept { delete *static_cast<Kept**>(place); },
    };

    void take(Task& other) noexcept {
        verbs_ = std::exchange(other.verbs_, nullptr);
        if (verbs_ != nullptr) verbs_->move(other.place_, place_);
    }
    void drop() noexcept {
        if (verbs_ != nullptr) std::exchange(verbs_, nullptr)->destroy(place_);
    }

    alignas(std::max_align_t) std::byte place_[capacity];
    const Verbs* verbs_ = nullptr;
};

}  // namespace mortise::net
