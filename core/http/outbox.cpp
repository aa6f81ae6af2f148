// SPDX-License-Identifier: Apache-2.0
#include "http/outbox.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mortise::http {

namespace {

using State = net::Moved::State;

constexpr std::size_t most_pieces_a_send = 16;
constexpr std::size_t file_part = 16 * 1024;  // one TLS record

}  // namespace

std::string& Outbox::tail() {
    if (pieces_.empty()) return front_;
    if (pieces_.back().file || pieces_.back().shared) pieces_.emplace_back();
    return pieces_.back().text;
}

void Outbox::add(std::string&& bytes) {
    pieces_.emplace_back().text = std::move(bytes);
}

void Outbox::add(std::shared_ptr<const std::string> bytes) {
    pieces_.emplace_back().shared = std::move(bytes);
}

void Outbox::add(net::Descriptor file, off_t offset, std::uint64_t length) {
    auto& piece = pieces_.emplace_back();
    piece.file = std::move(file);
    piece.offset = offset;
    piece.file_length = length;
}

State Outbox::flush(net::Transport& transport, std::uint64_t budget) {
    std::uint64_t sent = 0;
    while (!empty()) {
        const bool file_next = front_sent_ == front_.size() && pieces_[first_].file;
        if (file_next && sent >= budget) return State::done;
        const auto moved =
            file_next ? send_file(transport, pieces_[first_], budget - sent) : send_texts(transport);
        if (moved.state != State::done) return moved.state;
        sent += moved.bytes;
        if (!file_next) drop(moved.bytes);
        while (first_ < pieces_.size() && front_sent_ == front_.size() && pieces_[first_].left() == 0) {
            pieces_[first_++] = Piece{};
        }
    }
    clear();
    return State::done;
}

std::uint64_t Outbox::unsent() const noexcept {
    std::uint64_t sum = front_.size() - front_sent_;
    for (auto i = first_; i < pieces_.size(); ++i) sum += pieces_[i].left();
    return sum;
}

void Outbox::clear() noexcept {
    front_.clear();
    front_sent_ = 0;
    pieces_.clear();
    first_ = 0;
}

std::string Outbox::take_memory() noexcept {
    if (pieces_.capacity() > 0) std::vector<Piece>().swap(pieces_);
    return std::exchange(front_, {});
}

net::Moved Outbox::send_texts(net::Transport& transport) {
    const auto front = std::string_view(front_).substr(front_sent_);
    if (first_ == pieces_.size()) return transport.send(front);
    std::array<iovec, most_pieces_a_send> parts;  // NOLINT: filled below
    std::size_t count = 0;
    const auto put = [&](std::string_view bytes) {
        if (!bytes.empty()) parts[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
    };
    put(front);
    for (auto i = first_; i < pieces_.size() && !pieces_[i].file && count < parts.size(); ++i)
        put(pieces_[i].bytes());
    return transport.send(std::span<const iovec>(parts.data(), count));
}

net::Moved Outbox::send_file(net::Transport& transport, Piece& piece, std::uint64_t budget) {
    if (transport.sends_files()) {
        const auto moved = transport.send_file(piece.file.get(), piece.offset,
                                               static_cast<std::size_t>(std::min(piece.file_length, budget)));
        piece.file_length -= moved.bytes;
        return moved;
    }
    std::array<char, file_part> part;  // NOLINT: filled by the kernel
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece.file_length, part.size()));
    const auto got = ::pread(piece.file.get(), part.data(), wanted, piece.offset);
    if (got <= 0) return {State::failed};
    const auto moved = transport.send({part.data(), static_cast<std::size_t>(got)});
    piece.offset += static_cast<off_t>(moved.bytes);
    piece.file_length -= moved.bytes;
    return moved;
}

void Outbox::drop(std::size_t sent) noexcept {
    const auto from_front = std::min(sent, front_.size() - front_sent_);
    front_sent_ += from_front;
    sent -= from_front;
    for (auto i = first_; sent > 0; ++i) {
        const auto part = std::min<std::size_t>(sent, pieces_[i].bytes().size());
        pieces_[i].offset += static_cast<off_t>(part);
        sent -= part;
    }
}

}  // namespace mortise::http
