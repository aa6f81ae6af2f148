// SPDX-License-Identifier: Apache-2.0
#include "plugin/elf_note.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include <mortise/abi.h>

#include "plugin/fault.h"

// The linker's own symbol: the ELF header of this program, which says what we are.
extern "C" __attribute__((visibility("hidden"))) const ElfW(Ehdr) __ehdr_start;

namespace mortise::plugin {

namespace {

using Header = ElfW(Ehdr);
using Segment = ElfW(Phdr);
using NoteHeader = ElfW(Nhdr);

constexpr std::uint64_t most_note_bytes = 64 * 1024;  // a segment of ours has 100
constexpr std::size_t most_segments = 256;            // a library has about 10
constexpr std::size_t longest_tag = 256;
constexpr std::string_view owner{"Mortise", 8};  // with its NUL, as the note has it

std::string machine_name(unsigned machine) {
    switch (machine) {
        case EM_X86_64:
            return "x86-64";
        case EM_386:
            return "x86 (32 bit)";
        case EM_AARCH64:
            return "AArch64";
        case EM_ARM:
            return "ARM (32 bit)";
        case EM_RISCV:
            return "RISC-V";
        case EM_PPC64:
            return "PowerPC 64";
        case EM_S390:
            return "s390x";
        default:
            return "machine " + std::to_string(machine);
    }
}

/// One look at a file; every offset in it comes from outside.
class ElfReader {
public:
    ElfReader(const FileBytes& file, std::string_view name) : file_(file), name_(name) { read_header(); }

    std::string abi_tag() const {
        for (const Segment& segment : segments()) {
            if (segment.p_type != PT_NOTE || segment.p_filesz > most_note_bytes) continue;
            const std::vector<char> notes = read(segment.p_offset, segment.p_filesz);
            if (auto tag = find_tag(notes, segment.p_align == 8 ? 8 : 4)) return *tag;
        }
        fail("has no Mortise note: it is no plugin (MORTISE_PLUGIN(Class) makes one)");
    }

private:
    [[noreturn]] void fail(const std::string& what) const {
        throw PluginFault(std::string(name_) + " " + what);
    }

    bool holds(std::uint64_t offset, std::uint64_t size) const {
        return offset <= file_.size && size <= file_.size - offset;
    }

    std::vector<char> read(std::uint64_t offset, std::uint64_t size) const {
        if (!holds(offset, size)) fail_cut_short();
        std::vector<char> bytes(size);
        if (!file_.read(offset, bytes)) fail("can't be read");
        return bytes;
    }

    [[noreturn]] void fail_cut_short() const {
        fail("is cut short: its headers speak of more than the " + std::to_string(file_.size) +
             " bytes it has");
    }

    void read_header() {
        char ident[EI_NIDENT] = {};
        const std::size_t there = std::min<std::uint64_t>(file_.size, sizeof ident);
        if (there > 0 && !file_.read(0, {ident, there})) fail("can't be read");
        if (there < SELFMAG || std::memcmp(ident, ELFMAG, SELFMAG) != 0)
            fail(there == 0 ? "is empty" : "is no ELF file: a plugin is a shared library");
        if (there < sizeof ident) fail_cut_short();
        if (ident[EI_CLASS] != __ehdr_start.e_ident[EI_CLASS] ||
            ident[EI_DATA] != __ehdr_start.e_ident[EI_DATA])
            fail_other_architecture(ident[EI_CLASS], ident[EI_DATA]);
        const std::vector<char> bytes = read(0, sizeof header_);
        std::memcpy(&header_, bytes.data(), sizeof header_);
        if (header_.e_machine != __ehdr_start.e_machine)
            fail("was built for " + machine_name(header_.e_machine) + "; this server runs on " +
                 machine_name(__ehdr_start.e_machine));
        if (header_.e_type != ET_DYN) fail("is an ELF file, but no shared library");
        // The section headers are the last thing in a file, so that a missing end shows here.
        if (header_.e_shoff != 0 &&
            !holds(header_.e_shoff, std::uint64_t{header_.e_shnum} * header_.e_shentsize))
            fail_cut_short();
    }

    [[noreturn]] void fail_other_architecture(char elf_class, char order) const {
        const auto told = [](int bits, int endian) {
            return std::string(bits == ELFCLASS64 ? "64-bit" : "32-bit") +
                   (endian == ELFDATA2MSB ? " big-endian" : " little-endian");
        };
        fail("was built for a " + told(elf_class, order) + " machine; this server runs on " +
             machine_name(__ehdr_start.e_machine) + ", " +
             told(__ehdr_start.e_ident[EI_CLASS], __ehdr_start.e_ident[EI_DATA]));
    }

    std::vector<Segment> segments() const {
        if (header_.e_phentsize != sizeof(Segment) || header_.e_phnum > most_segments)
            fail("has a broken program header");
        const std::vector<char> bytes =
            read(header_.e_phoff, std::uint64_t{header_.e_phnum} * sizeof(Segment));
        std::vector<Segment> segments(header_.e_phnum);
        if (!bytes.empty()) std::memcpy(segments.data(), bytes.data(), bytes.size());
        for (const Segment& segment : segments)
            if (!holds(segment.p_offset, segment.p_filesz)) fail_cut_short();
        return segments;
    }

    std::optional<std::string> find_tag(std::span<const char> notes, std::size_t alignment) const {
        const auto padded = [&](std::size_t size) { return (size + alignment - 1) / alignment * alignment; };
        while (notes.size() >= sizeof(NoteHeader)) {
            NoteHeader note;
            std::memcpy(&note, notes.data(), sizeof note);
            const std::span<const char> rest = notes.subspan(sizeof note);
            // 32-bit sizes in 64-bit sums: nothing here can wrap.
            const std::size_t tag_place = padded(note.n_namesz);
            if (tag_place > rest.size() || note.n_descsz > rest.size() - tag_place) return std::nullopt;
            const std::string_view name(rest.data(), note.n_namesz);
            if (name == owner && note.n_type == 1) return tag_text({rest.data() + tag_place, note.n_descsz});
            notes = rest.subspan(std::min(rest.size(), tag_place + padded(note.n_descsz)));
        }
        return std::nullopt;
    }

    // Ends up on an operator's terminal.
    std::string tag_text(std::string_view bytes) const {
        const std::string_view text = bytes.substr(0, bytes.find('\0'));
        const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
        if (text.empty() || text.size() > longest_tag || !std::ranges::all_of(text, is_plain))
            fail("has a broken Mortise note");
        return std::string(text);
    }

    const FileBytes& file_;
    std::string_view name_;
    Header header_{};
};

class Descriptor {
public:
    explicit Descriptor(const std::filesystem::path& file)
        : fd_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

bool read_at(int fd, std::uint64_t offset, std::span<char> target) {
    while (!target.empty()) {
        const ssize_t got = ::pread(fd, target.data(), target.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        target = target.subspan(static_cast<std::size_t>(got));
        offset += static_cast<std::uint64_t>(got);
    }
    return true;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

}  // namespace

std::string read_abi_tag(const FileBytes& file, std::string_view name) {
    return ElfReader(file, name).abi_tag();
}

std::string read_abi_tag(const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    const Descriptor descriptor(file);
    struct stat facts {};
    if (descriptor.get() < 0 || ::fstat(descriptor.get(), &facts) != 0)
        throw PluginFault(name + " can't be opened: " + std::generic_category().message(errno) + " (" +
                          file.string() + ")");
    if (!S_ISREG(facts.st_mode)) throw PluginFault(name + " is no regular file (" + file.string() + ")");
    return read_abi_tag(FileBytes{static_cast<std::uint64_t>(facts.st_size),
                                  [&](std::uint64_t offset, std::span<char> target) {
                                      return read_at(descriptor.get(), offset, target);
                                  }},
                        name);
}

std::string_view server_abi_tag() {
    return MORTISE_ABI_TAG;
}

std::optional<std::string> abi_mismatch(std::string_view name, std::string_view plugin_tag) {
    const std::string_view server_tag = server_abi_tag();
    if (plugin_tag == server_tag) return std::nullopt;
    const std::vector<std::string_view> theirs = words_of(plugin_tag);
    const std::vector<std::string_view> ours = words_of(server_tag);
    std::string different;
    for (std::string_view word : ours)
        if (std::ranges::find(theirs, word) == theirs.end())
            different += (different.empty() ? "" : ", ") + std::string(word.substr(0, word.find('=')));
    return std::string(name) + " was built for " + std::string(plugin_tag) + "; this server has " +
           std::string(server_tag) + (different.empty() ? "" : " (different: " + different + ")");
}

}  // namespace mortise::plugin
