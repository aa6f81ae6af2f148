// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace uploads {

/// An open file, locked for as long as it is on the move; closes itself.
class LockedFile {
public:
    explicit LockedFile(int descriptor) : descriptor_(descriptor) {}
    ~LockedFile();
    LockedFile(LockedFile&& other) noexcept;
    LockedFile& operator=(LockedFile&&) = delete;

    int get() const { return descriptor_; }
    /// False: somebody else holds it, or it has been removed meanwhile.
    bool lock() const;

private:
    int descriptor_;
};

/// The folder of the files:
///
///     moving/<name>    arriving or leaving
///     a7/<name>        there to be read; a7 is how its name begins
///
/// A row of the database says whether a file is there; a file without its row is rubbish, and a row whose
/// file is in moving/ is owed one rename. So a process may die at any moment: sweep() puts right what it
/// left. Names are random and ours. Every thread may ask. Throws Error: unavailable (named "disk_full") when
/// there is no room.
class FileShelf {
public:
    FileShelf(std::filesystem::path folder, std::uint64_t keep_free)
        : folder_(std::move(folder)), keep_free_(keep_free) {}

    /// Makes the folders; throws std::runtime_error when it can't.
    void open() const;
    /// Puts right what a process that died has left: files that `is_known` go where they belong, others go
    /// for good. Files on the move elsewhere stay; returns how many were touched.
    int sweep(const std::function<bool(std::string_view name)>& is_known) const;

    /// Refuses when so many more bytes would leave too little of the disk to others.
    void require_room(std::uint64_t bytes) const;
    /// Moves a file that has arrived to where it is read.
    void place(std::string_view name) const;
    std::filesystem::path path_of(std::string_view name) const;
    std::filesystem::path moving_path_of(std::string_view name) const;

private:
    const std::filesystem::path folder_;
    const std::uint64_t keep_free_;
};

/// A file on its way in. Gone with this object, unless keep() was called.
class ArrivingFile {
public:
    explicit ArrivingFile(const FileShelf& shelf);
    ~ArrivingFile();
    ArrivingFile(const ArrivingFile&) = delete;
    ArrivingFile& operator=(const ArrivingFile&) = delete;

    const std::string& name() const { return name_; }
    void write(std::string_view bytes);
    /// On disk, whatever happens next.
    void seal() const;
    /// The database knows it, or may: sweep() decides, not we.
    void keep() { is_kept_ = true; }

private:
    const FileShelf& shelf_;
    std::string name_;
    LockedFile file_;
    std::uint64_t written_ = 0;
    std::uint64_t checked_ = 0;  // up to here there was room, and writing has begun
    bool is_kept_ = false;
};

/// A file on its way out: put aside at once, put back unless finish() was called.
class LeavingFile {
public:
    LeavingFile(const FileShelf& shelf, std::string_view name);
    ~LeavingFile();
    LeavingFile(const LeavingFile&) = delete;
    LeavingFile& operator=(const LeavingFile&) = delete;

    /// The database has forgotten it.
    void finish();
    /// The database may have forgotten it: sweep() decides, not we.
    void leave() { is_settled_ = true; }

private:
    const FileShelf& shelf_;
    const std::string name_;
    LockedFile file_;
    bool is_settled_ = false;
};

}  // namespace uploads
