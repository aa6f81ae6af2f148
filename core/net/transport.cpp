// SPDX-License-Identifier: Apache-2.0
#include "net/transport.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace mortise::net {

namespace {

constexpr std::size_t tls_record = 16 * 1024;

Moved failure() noexcept {
    return {errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Moved::State::again
                                                                      : Moved::State::failed};
}

Moved tls_failure(const SSL* session, int result) noexcept {
    switch (SSL_get_error(session, result)) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE:
            return {Moved::State::again};
        case SSL_ERROR_ZERO_RETURN:
            return {Moved::State::closed};
        default:
            // An end without the close alert counts as broken: what came before may have been cut off.
            return {Moved::State::failed};
    }
}

}  // namespace

Moved Transport::send(std::span<const iovec> pieces) {
    if (session_ == nullptr) {
        msghdr message{};
        message.msg_iov = const_cast<iovec*>(pieces.data());
        message.msg_iovlen = pieces.size();
        const auto sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
        return sent >= 0 ? Moved{Moved::State::done, static_cast<std::size_t>(sent)} : failure();
    }
    // One record for all of it instead of one each. After `again` OpenSSL wants the same bytes, which the
    // caller's promise gives: the pieces are gathered from the same place anew.
    if (pieces.size() == 1)
        return send_tls({static_cast<const char*>(pieces[0].iov_base), pieces[0].iov_len});
    std::array<char, tls_record> record;  // NOLINT: filled below
    std::size_t filled = 0;
    for (const auto& piece : pieces) {
        const auto part = std::min(piece.iov_len, record.size() - filled);
        std::memcpy(record.data() + filled, piece.iov_base, part);
        filled += part;
        if (filled == record.size()) break;
    }
    return send_tls({record.data(), filled});
}

Moved Transport::send_file(int file, off_t& offset, std::size_t length) {
    const auto sent = ::sendfile(socket_.get(), file, &offset, length);
    if (sent > 0) return {Moved::State::done, static_cast<std::size_t>(sent)};
    if (sent < 0) return failure();
    return {Moved::State::failed};  // the file has become shorter than what was promised
}

void Transport::finish_sending() noexcept {
    if (session_ != nullptr && SSL_is_init_finished(session_.get()) != 0) {
        ERR_clear_error();
        SSL_shutdown(session_.get());
    }
    if (socket_) ::shutdown(socket_.get(), SHUT_WR);
}

void Transport::reset_on_close() const noexcept {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void Transport::close() noexcept {
    session_.reset();
    socket_.reset();
}

Moved Transport::receive_plain(std::span<char> into) const {
    const auto received = ::recv(socket_.get(), into.data(), into.size(), 0);
    if (received > 0) return {Moved::State::done, static_cast<std::size_t>(received)};
    return received == 0 ? Moved{Moved::State::closed} : failure();
}

Moved Transport::send_plain(std::string_view bytes) const {
    const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent >= 0 ? Moved{Moved::State::done, static_cast<std::size_t>(sent)} : failure();
}

Moved Transport::receive_tls(std::span<char> into) {
    ERR_clear_error();
    // One call gives at most one record; go on while there is room, so that a full buffer means what it means
    // for plain.
    std::size_t filled = 0;
    while (filled < into.size()) {
        std::size_t received = 0;
        const int result = SSL_read_ex(session_.get(), into.data() + filled, into.size() - filled, &received);
        if (result != 1) {
            if (filled > 0) break;
            return tls_failure(session_.get(), result);
        }
        filled += received;
    }
    return {Moved::State::done, filled};
}

Moved Transport::send_tls(std::string_view bytes) {
    ERR_clear_error();
    std::size_t sent = 0;
    const int result = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &sent);
    if (result == 1) return {Moved::State::done, sent};
    return tls_failure(session_.get(), result);
}

}  // namespace mortise::net
