// SPDX-License-Identifier: Apache-2.0
#include "socket/permessage_deflate.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include "socket/web_socket_writer.h"

namespace mortise::socket {

namespace {

// The last bytes of a flush, which RFC 7692 leaves out on the wire.
constexpr std::string_view flush_tail("\x00\x00\xFF\xFF", 4);

constexpr int widest_window = 15;
constexpr int memory_level = 6;  // the table that each message clears is 16 kB
constexpr int level = 5;
constexpr int at_block_end = 128;  // in data_type
constexpr std::size_t max_piece = std::numeric_limits<uInt>::max();

void give(z_stream& stream, std::string_view bytes) noexcept {
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
}

using Result = WebSocketInflater::Result;

/// Takes all of `bytes`, fewer than 4 GB.
Result inflate_piece(z_stream& stream, std::string_view bytes, std::uint64_t most, std::string& out) {
    std::array<char, 16 * 1024> buffer;
    give(stream, bytes);
    while (true) {
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = static_cast<uInt>(buffer.size());
        const int answer = ::inflate(&stream, Z_SYNC_FLUSH);
        if (answer != Z_OK && answer != Z_STREAM_END && answer != Z_BUF_ERROR) return Result::broken;
        const std::size_t made = buffer.size() - stream.avail_out;
        if (made > most) return Result::too_big;
        most -= made;
        out.append(buffer.data(), made);
        if (answer == Z_STREAM_END) {
            // A block marked as the last ends the stream, not the message (RFC 7692 section 7.2.3.4).
            if (inflateReset(&stream) != Z_OK) return Result::broken;
            if (stream.avail_in == 0) return Result::whole;
        } else if (stream.avail_out > 0) {
            return stream.avail_in == 0 ? Result::whole : Result::broken;
        }
    }
}

}  // namespace

WebSocketInflater::WebSocketInflater() : stream_(std::make_unique<z_stream_s>()) {
    if (inflateInit2(stream_.get(), -widest_window) != Z_OK) throw std::bad_alloc();
}

WebSocketInflater::~WebSocketInflater() {
    inflateEnd(stream_.get());
}

WebSocketInflater::Result WebSocketInflater::inflate(std::string_view compressed, std::uint64_t most,
                                                     std::string& out) {
    if (compressed.empty())
        return Result::whole;  // not RFC 7692's way to say nothing (0x00), but some clients'
    if (inflateReset(stream_.get()) != Z_OK) return Result::broken;
    const std::size_t start = out.size();
    for (; !compressed.empty(); compressed.remove_prefix(std::min(compressed.size(), max_piece))) {
        const auto piece = compressed.substr(0, max_piece);
        const auto result = inflate_piece(*stream_, piece, most - (out.size() - start), out);
        if (result != Result::whole) return result;
    }
    const std::size_t size = out.size();
    const auto result = inflate_piece(*stream_, flush_tail, most - (size - start), out);
    // In the middle of a block the tail is taken for data: the message was cut short.
    const bool is_whole = out.size() == size && (stream_->data_type & at_block_end) != 0;
    return result == Result::whole && !is_whole ? Result::broken : result;
}

WebSocketDeflater::WebSocketDeflater() : stream_(std::make_unique<z_stream_s>()) {}

WebSocketDeflater::~WebSocketDeflater() {
    if (window_bits_ != 0) deflateEnd(stream_.get());
}

void WebSocketDeflater::open(int window_bits) {
    if (window_bits_ == window_bits && deflateReset(stream_.get()) == Z_OK) return;
    if (window_bits_ != 0) deflateEnd(stream_.get());
    window_bits_ = 0;
    *stream_ = z_stream_s{};
    if (deflateInit2(stream_.get(), level, Z_DEFLATED, -window_bits, memory_level, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        throw std::bad_alloc();
    window_bits_ = window_bits;
}

bool WebSocketDeflater::deflate(std::string_view plain, const DeflateParameters& parameters,
                                std::string& out) {
    // Room for what is smaller than the plain text only: zlib stops where the room ends.
    if (plain.size() <= flush_tail.size() || plain.size() > max_piece - flush_tail.size()) return false;
    open(std::clamp(parameters.server_window_bits, 9, widest_window));
    const std::size_t start = out.size();
    const std::size_t room = plain.size() + flush_tail.size() - 1;
    out.resize(start + room);
    give(*stream_, plain);
    stream_->next_out = reinterpret_cast<Bytef*>(out.data() + start);
    stream_->avail_out = static_cast<uInt>(room);
    const int answer = ::deflate(stream_.get(), Z_SYNC_FLUSH);
    const std::size_t made = room - stream_->avail_out;
    // A flush is only known to be whole while there is room left.
    const bool is_smaller = answer == Z_OK && stream_->avail_in == 0 && stream_->avail_out > 0 &&
                            std::string_view(out).substr(start, made).ends_with(flush_tail);
    out.resize(start + (is_smaller ? made - flush_tail.size() : 0));
    return is_smaller;
}

void append_compressed_frame(std::string& out, Opcode opcode, std::string_view message,
                             WebSocketDeflater& deflater, const DeflateParameters& parameters) {
    std::string compressed;
    if (message.size() >= compressed_from_bytes && deflater.deflate(message, parameters, compressed))
        append_frame(out, opcode, compressed, true);
    else
        append_frame(out, opcode, message);
}

}  // namespace mortise::socket
