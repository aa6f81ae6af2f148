# SPDX-License-Identifier: Apache-2.0
# Warnings, sanitizers and visibility that every target of the house shares.
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -fvisibility=hidden -fvisibility-inlines-hidden)
add_compile_definitions(BOOST_DLL_USE_STD_FS BOOST_ALL_NO_LIB)
add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)  # a unique symbol would pin a plugin in memory
# Without stopping to collect garbage at every 130 MB: 20 -> 18 s of CPU for plugin-calls, for 160 MB more.
add_compile_options($<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=1000000>)
add_link_options(-Wl,-z,relro -Wl,-z,now)

# Compiled once, by mortise-headers for the rooms and the plugins and by the tests' main for tests: what nearly
# every translation unit includes. event_loop.cpp 2.3 -> 1.4 s with the standard library's part alone; with the
# SDK's too, six rooms and plugins under ASan 81 -> 62 s.
set(MORTISE_PRECOMPILED <algorithm> <atomic> <charconv> <chrono> <condition_variable> <deque> <filesystem>
    <functional> <map> <memory> <mutex> <optional> <set> <string> <string_view> <thread> <unordered_map> <utility>
    <variant> <vector> <boost/json.hpp>
    <mortise/sdk.h> <mortise/id.h> <mortise/services/clock.h> <mortise/services/database.h>
    <mortise/services/events.h> <mortise/services/identity.h> <mortise/services/jobs.h>
    <mortise/services/metrics.h> <mortise/services/people.h> <mortise/services/store.h>)

# Paths in the results start at the repository: builds are reproducible, and ccache serves every copy of the tree.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)

# Instrumented builds: quick to compile, with every assertion of ours and of libstdc++ on; fuzzing is worth -O1,
# the unit tests are not. By clang and lld, which need half of the time of GCC and ld (a unit of core/socket 7.0
# instead of 12.9 s, a test's link 0.5 instead of 3.2): so two compilers read every line, the other the release.
set(instrumented $<IF:$<BOOL:${MORTISE_FUZZ}>,-O1,-O0> -g1 -fno-omit-frame-pointer -UNDEBUG -D_GLIBCXX_ASSERTIONS)
if(MORTISE_SANITIZE STREQUAL "address")
  add_compile_options(${instrumented} -fsanitize=address,undefined -fno-sanitize-recover=all
    -fsanitize-address-use-after-return=always)
  if(NOT MORTISE_FUZZ)
    # Half of the code UBSan makes, and a quarter of the compile time, for what ASan finds too (a null pointer,
    # an object's end) or this house does not do (odd addresses, casts down a hierarchy). Fuzzing has them all.
    add_compile_options(-fno-sanitize=null,object-size,alignment,vptr)
  endif()
  add_link_options(-fsanitize=address,undefined)
elseif(MORTISE_SANITIZE STREQUAL "thread")
  add_compile_options(${instrumented} -fsanitize=thread)
  add_link_options(-fsanitize=thread)
elseif(NOT MORTISE_SANITIZE STREQUAL "")
  message(FATAL_ERROR "MORTISE_SANITIZE is '${MORTISE_SANITIZE}'; allowed: empty, address, thread")
endif()

if(MORTISE_SANITIZE OR MORTISE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "MORTISE_SANITIZE and MORTISE_FUZZ need clang: CXX=clang++ cmake ...")
  endif()
  add_link_options(-fuse-ld=lld)
endif()
if(MORTISE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
