// SPDX-License-Identifier: Apache-2.0
#include "file_shelf.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include <mortise/error.h>

namespace uploads {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t writing_step = 8 * 1024 * 1024;

[[noreturn]] void refuse_full(std::string detail) {
    using namespace std::chrono_literals;
    throw mortise::Error(mortise::Code::unavailable, "There is no room for more files at the moment.",
                         std::move(detail))
        .named("disk_full")
        .retry_after(1min);
}

// ENOSPC is the disk, EDQUOT and EFBIG are limits somebody set: the same to who uploads.
[[noreturn]] void refuse(const fs::path& path, int fault) {
    const std::string detail = path.string() + ": " + std::generic_category().message(fault);
    if (fault == ENOSPC || fault == EDQUOT || fault == EFBIG) refuse_full(detail);
    throw mortise::Error(mortise::Code::internal, "The file could not be stored.", detail);
}

std::string random_name() {
    std::array<unsigned char, 16> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw std::system_error(errno, std::generic_category(), "getrandom");
    constexpr std::string_view digits = "0123456789abcdef";
    std::string name;
    for (const unsigned char byte : bytes) {
        name += digits[byte >> 4];
        name += digits[byte & 0xF];
    }
    return name;
}

void sync_folder(const fs::path& folder) {
    const LockedFile file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (file.get() < 0 || ::fsync(file.get()) != 0) refuse(folder, errno);
}

// A new file that is locked before anybody who sweeps can take it for left behind.
LockedFile create(const FileShelf& shelf, std::string& name) {
    for (;;) {
        name = random_name();
        const fs::path path = shelf.moving_path_of(name);
        LockedFile file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (file.get() < 0) refuse(path, errno);
        if (file.lock()) return file;
    }
}

}  // namespace

LockedFile::~LockedFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

LockedFile::LockedFile(LockedFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

bool LockedFile::lock() const {
    struct stat facts {};
    return ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 && ::fstat(descriptor_, &facts) == 0 &&
           facts.st_nlink > 0;
}

void FileShelf::open() const {
    std::error_code fault;
    const bool is_new = fs::create_directories(folder_, fault);
    if (is_new)
        fs::permissions(folder_, fs::perms::owner_all, fault);  // what was there has its owner's rules
    if (!fault) fs::create_directories(folder_ / "moving", fault);
    if (fault)
        throw std::runtime_error("uploads: the folder " + folder_.string() +
                                 " can't be used: " + fault.message());
}

int FileShelf::sweep(const std::function<bool(std::string_view)>& is_known) const {
    int touched = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_ / "moving")) {
        const LockedFile file(::open(entry.path().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        if (file.get() < 0 || !file.lock()) continue;
        const std::string name = entry.path().filename();
        if (is_known(name))
            place(name);
        else
            ::unlink(entry.path().c_str());
        ++touched;
    }
    return touched;
}

void FileShelf::require_room(std::uint64_t bytes) const {
    struct statvfs facts {};
    if (::statvfs(folder_.c_str(), &facts) != 0) refuse(folder_, errno);
    const std::uint64_t free = std::uint64_t{facts.f_bavail} * facts.f_frsize;
    if (free < keep_free_ || free - keep_free_ < bytes)
        refuse_full(std::to_string(free) + " bytes are free and " + std::to_string(keep_free_) +
                    " to be kept free");
}

void FileShelf::place(std::string_view name) const {
    const fs::path path = path_of(name);
    if (::mkdir(path.parent_path().c_str(), 0700) == 0) sync_folder(folder_);
    if (::rename(moving_path_of(name).c_str(), path.c_str()) != 0) refuse(path, errno);
    sync_folder(path.parent_path());
}

fs::path FileShelf::path_of(std::string_view name) const {
    return folder_ / name.substr(0, 2) / name;
}

fs::path FileShelf::moving_path_of(std::string_view name) const {
    return folder_ / "moving" / name;
}

ArrivingFile::ArrivingFile(const FileShelf& shelf) : shelf_(shelf), file_(create(shelf, name_)) {}

ArrivingFile::~ArrivingFile() {
    if (!is_kept_) ::unlink(shelf_.moving_path_of(name_).c_str());
}

void ArrivingFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t part = ::write(file_.get(), bytes.data(), bytes.size());
        if (part < 0 && errno == EINTR) continue;
        if (part <= 0) refuse(shelf_.moving_path_of(name_), part < 0 ? errno : EIO);
        bytes.remove_prefix(static_cast<std::size_t>(part));
        written_ += static_cast<std::uint64_t>(part);
    }
    if (written_ - checked_ < writing_step) return;
    // Begun now, so that the last sync is short and does not hold up everybody else's.
    ::sync_file_range(file_.get(), static_cast<off64_t>(checked_), static_cast<off64_t>(written_ - checked_),
                      SYNC_FILE_RANGE_WRITE);
    checked_ = written_;
    shelf_.require_room(writing_step);
}

void ArrivingFile::seal() const {
    const fs::path path = shelf_.moving_path_of(name_);
    if (::fsync(file_.get()) != 0) refuse(path, errno);
    sync_folder(path.parent_path());
}

LeavingFile::LeavingFile(const FileShelf& shelf, std::string_view name)
    : shelf_(shelf),
      name_(name),
      file_(::open(shelf.path_of(name).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) {
    const bool is_ours = file_.get() >= 0 && file_.lock() &&
                         ::rename(shelf_.path_of(name_).c_str(), shelf_.moving_path_of(name_).c_str()) == 0;
    is_settled_ = !is_ours;  // gone already, or somebody else is at it
}

LeavingFile::~LeavingFile() {
    if (!is_settled_) ::rename(shelf_.moving_path_of(name_).c_str(), shelf_.path_of(name_).c_str());
}

void LeavingFile::finish() {
    if (!std::exchange(is_settled_, true)) ::unlink(shelf_.moving_path_of(name_).c_str());
}

}  // namespace uploads
