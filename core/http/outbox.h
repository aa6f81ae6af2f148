// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include <mortise/response.h>

#include "net/descriptor.h"
#include "net/transport.h"

namespace mortise::http {

/// What waits to be sent on one connection, in order: text, bodies too large to copy, files. Empty it holds
/// no memory but what was lent to it.
class Outbox {
public:
    /// The text to append short things to, so that the answers of one batch leave in one send. Until the next
    /// call.
    std::string& tail();
    /// Large things are taken over or shared. Files must hold `length` bytes from `offset` on.
    void add(std::string&& bytes);
    void add(std::shared_ptr<const std::string> bytes);
    void add(net::Descriptor file, off_t offset, std::uint64_t length);

    /// Sends as much as the kernel takes, of files about `budget` bytes. `again`: the kernel is full;
    /// `failed`: the connection is broken; `done`: all has left, or the budget is used up and the next flush
    /// may come at once.
    net::Moved::State flush(net::Transport& transport, std::uint64_t budget);

    bool empty() const noexcept { return front_sent_ == front_.size() && first_ == pieces_.size(); }
    std::uint64_t unsent() const noexcept;
    void clear() noexcept;

    /// Memory for the text in front, from connection to connection. Only while empty.
    void lend(std::string&& memory) noexcept { front_ = std::move(memory); }
    std::string take_memory() noexcept;

private:
    struct Piece {
        std::string text;
        std::shared_ptr<const std::string> shared;
        net::Descriptor file;
        off_t offset = 0;               // how much has left; for a file, where to go on
        std::uint64_t file_length = 0;  // still to go

        std::string_view bytes() const noexcept {
            return std::string_view(shared ? *shared : text).substr(static_cast<std::size_t>(offset));
        }
        std::uint64_t left() const noexcept { return file ? file_length : bytes().size(); }
    };

    net::Moved send_texts(net::Transport& transport);
    static net::Moved send_file(net::Transport& transport, Piece& piece, std::uint64_t budget);
    void drop(std::size_t sent) noexcept;

    std::string front_;
    std::size_t front_sent_ = 0;
    std::vector<Piece> pieces_;  // behind front_
    std::size_t first_ = 0;      // pieces before this one have left
};

}  // namespace mortise::http
