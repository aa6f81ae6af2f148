// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include <boost/version.hpp>

// What a plugin and the server must agree on, as text: the SDK's major version, libstdc++'s ABI, Boost
// (its JSON values cross the border) and the sanitizer. Read from the file before it is loaded.
#ifndef MORTISE_SDK_MAJOR  // the tests build a plugin of another time
#define MORTISE_SDK_MAJOR 1
#endif

#define MORTISE_TEXT_OF_(value) #value
#define MORTISE_TEXT_OF(value) MORTISE_TEXT_OF_(value)

#ifdef _GLIBCXX_DEBUG  // containers with checks of their own have another layout
#define MORTISE_ABI_CONTAINERS "-debug"
#else
#define MORTISE_ABI_CONTAINERS ""
#endif
#if defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI
#define MORTISE_ABI_STRING "cxx11" MORTISE_ABI_CONTAINERS
#else
#define MORTISE_ABI_STRING "old" MORTISE_ABI_CONTAINERS
#endif

#if defined(__has_feature)
// Each compiler has a runtime of its own for them.
#if __has_feature(address_sanitizer)
#define MORTISE_ABI_SANITIZER "clang-address"
#elif __has_feature(thread_sanitizer)
#define MORTISE_ABI_SANITIZER "clang-thread"
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define MORTISE_ABI_SANITIZER "address"
#elif defined(__SANITIZE_THREAD__)
#define MORTISE_ABI_SANITIZER "thread"
#endif
#ifndef MORTISE_ABI_SANITIZER
#define MORTISE_ABI_SANITIZER "none"
#endif

#define MORTISE_ABI_TAG                                                                                    \
    "sdk=" MORTISE_TEXT_OF(MORTISE_SDK_MAJOR) " libstdc++=" MORTISE_ABI_STRING " boost=" BOOST_LIB_VERSION \
                                              " sanitizer=" MORTISE_ABI_SANITIZER

namespace mortise {

/// The ELF note of a plugin, section .note.mortise; `readelf -n` shows it. The sizes are the note's own:
/// the tag ends with a NUL that counts, and is padded to four bytes that do not.
template <std::size_t TagSize>
struct AbiNote {
    std::uint32_t name_size = 8;
    std::uint32_t tag_size = TagSize;
    std::uint32_t type = 1;
    char name[8] = "Mortise";
    char tag[(TagSize + 3) / 4 * 4];
};

}  // namespace mortise
