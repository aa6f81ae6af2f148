# SPDX-License-Identifier: Apache-2.0
# Warnings, sanitizers and visibility that every target of the house shares.
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -fvisibility=hidden -fvisibility-inlines-hidden)
add_compile_definitions(BOOST_DLL_USE_STD_FS BOOST_ALL_NO_LIB)

if(MORTISE_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(MORTISE_SANITIZE STREQUAL "thread")
  # GCC's TSan cannot model atomic_thread_fence; nothing of ours uses it, Boost's headers mention it.
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer -Wno-tsan)
  add_link_options(-fsanitize=thread)
elseif(NOT MORTISE_SANITIZE STREQUAL "")
  message(FATAL_ERROR "MORTISE_SANITIZE is '${MORTISE_SANITIZE}'; allowed: empty, address, thread")
endif()

if(MORTISE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "MORTISE_FUZZ needs clang (libFuzzer): CXX=clang++ cmake ...")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
