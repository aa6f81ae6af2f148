// SPDX-License-Identifier: Apache-2.0
// What is told about a file without loading it.
#include <catch2/catch.hpp>

#include <elf.h>
#include <sys/stat.h>

#include <cstring>

#include <mortise/abi.h>

#include "plugin/elf_note.h"
#include "plugin/fault.h"
#include "plugin/library.h"
#include "plugin_files.h"

using namespace mortise::plugin;
using namespace mortise::test;

namespace {

const std::string good = bytes_of(test_plugin("faulty"));
const std::string tag = MORTISE_ABI_TAG;

/// The bytes with the ELF header changed.
template <class Edit>
std::string with_header(Edit edit) {
    Elf64_Ehdr header;
    std::memcpy(&header, good.data(), sizeof header);
    edit(header);
    std::string bytes = good;
    std::memcpy(bytes.data(), &header, sizeof header);
    return bytes;
}

struct Fixture {
    TemporaryFolder folder;
    std::string fault_of(const std::string& bytes) const {
        return file_fault(folder.write("libx.so", bytes)).value_or("");
    }
};

}  // namespace

TEST_CASE("a plugin built beside the server is in order") {
    CHECK(read_abi_tag(test_plugin("faulty")) == tag);
    CHECK(server_abi_tag() == tag);
    CHECK_FALSE(file_fault(test_plugin("faulty")));
}

TEST_CASE("a plugin built for another major version of the SDK is refused, naming both") {
    const std::string theirs = with(tag, "sdk=1", "sdk=2");
    CHECK(file_fault(test_plugin("another_sdk")) ==
          "libanother_sdk.so was built for " + theirs + "; this server has " + tag + " (different: sdk)");
}

TEST_CASE_METHOD(Fixture, "another library ABI, Boost or sanitizer is refused, naming both") {
    CHECK(fault_of(with(good, "libstdc++=cxx11", "libstdc++=cxx98")).find("(different: libstdc++)") !=
          std::string::npos);
    CHECK(fault_of(with(good, "boost=1_81", "boost=1_74")) ==
          "libx.so was built for " + with(tag, "boost=1_81", "boost=1_74") + "; this server has " + tag +
              " (different: boost)");
    const std::string ours = tag.substr(tag.find("sanitizer="));
    std::string other = ours;
    other.back() = '?';
    CHECK(fault_of(with(with(good, "boost=1_81", "boost=1_74"), ours, other))
              .find("(different: boost, sanitizer)") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "another architecture is named") {
    CHECK(fault_of(with_header([](Elf64_Ehdr& header) {
              header.e_machine = EM_AARCH64;
          })).find("libx.so was built for AArch64; this server runs on ") == 0);
    CHECK(fault_of(with_header([](Elf64_Ehdr& header) { header.e_machine = 4711; })).find("machine 4711") !=
          std::string::npos);
    CHECK(fault_of(with_header([](Elf64_Ehdr& header) {
              header.e_ident[EI_CLASS] = ELFCLASS32;
          })).find("libx.so was built for a 32-bit little-endian machine; this server runs on ") == 0);
    CHECK(fault_of(with_header([](Elf64_Ehdr& header) {
              header.e_ident[EI_DATA] = ELFDATA2MSB;
          })).find("big-endian") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "a file that ends too soon is cut short, wherever it ends") {
    const std::string expected = "libx.so is cut short: its headers speak of more than the ";
    for (const std::size_t size : {std::size_t{16}, sizeof(Elf64_Ehdr) - 1, sizeof(Elf64_Ehdr),
                                   std::size_t{100}, good.size() / 2, good.size() - 1}) {
        CAPTURE(size);
        CHECK(fault_of(good.substr(0, size)) == expected + std::to_string(size) + " bytes it has");
    }
}

TEST_CASE_METHOD(Fixture, "what is no shared library is told apart") {
    CHECK(fault_of("") == "libx.so is empty");
    CHECK(fault_of("MZ") == "libx.so is no ELF file: a plugin is a shared library");
    CHECK(fault_of("name: chat\n") == "libx.so is no ELF file: a plugin is a shared library");
    CHECK(fault_of(with_header([](Elf64_Ehdr& header) { header.e_type = ET_REL; })) ==
          "libx.so is an ELF file, but no shared library");
    CHECK(file_fault("/nowhere/libx.so") ==
          "libx.so can't be opened: No such file or directory (/nowhere/libx.so)");
    CHECK(file_fault(folder.path()).value_or("").find("is no regular file") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "a library that is no plugin, or whose note is broken, is refused") {
    CHECK(fault_of(with(good, std::string("Mortise\0", 8), std::string("Martise\0", 8))) ==
          "libx.so has no Mortise note: it is no plugin (MORTISE_PLUGIN(Class) makes one)");
    CHECK(fault_of(with(good, "sdk=1 lib", "sdk=1\x1b[2J")) == "libx.so has a broken Mortise note");
    CHECK(fault_of(with_header([](Elf64_Ehdr& header) { header.e_phentsize = 1; })) ==
          "libx.so has a broken program header");
    CHECK(fault_of(with_header([](Elf64_Ehdr& header) { header.e_phnum = 0xffff; })) ==
          "libx.so has a broken program header");
    CHECK(fault_of(with_header([](Elf64_Ehdr& header) { header.e_phoff = ~0ULL; })).find("is cut short") !=
          std::string::npos);
}

TEST_CASE("a library with a missing symbol is refused with the symbol's name") {
    CHECK_FALSE(file_fault(test_plugin("unlinked")));
    CHECK_THROWS_WITH(load_library(test_plugin("unlinked")),
                      Catch::StartsWith("libunlinked.so needs mortise::function_of_another_time(") &&
                          Catch::EndsWith("), which neither this server nor a library it names has"));
}

TEST_CASE("a library without the entry, or that needs one which is not installed, is refused") {
    CHECK_THROWS_WITH(
        load_library(build_dir() / "lib" / "libmortise-sdk.so"),
        "libmortise-sdk.so does not export mortise_plugin: MORTISE_PLUGIN(Class) is missing from "
        "its sources");
    const TemporaryFolder folder;
    const auto file = folder.write("libx.so", with(good, "libmortise-sdk.so.1", "libmortise-sdk.so.7"));
    CHECK_THROWS_WITH(load_library(file), "libx.so needs libmortise-sdk.so.7, which is not installed");
}

TEST_CASE("a good library is loaded, and its entry makes the plugin") {
    const mortise::PluginEntry& entry = load_library(test_plugin("faulty"));
    mortise::Plugin* plugin = entry.create();
    REQUIRE(plugin);
    entry.destroy(plugin);
}
