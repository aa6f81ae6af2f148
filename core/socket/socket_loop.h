// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/event_loop.h"
#include "socket/permessage_deflate.h"
#include "socket/socket_figures.h"
#include "socket/socket_settings.h"

namespace mortise::socket {

/// Somebody with bytes to send at the end of the round.
class Sender {
public:
    /// Sends what it has, as far as it goes without waiting.
    virtual void send_pending() = 0;

protected:
    ~Sender() = default;

private:
    friend class SocketLoop;
    bool is_listed_ = false;
};

/// What the sockets of one loop share. Belongs to that loop's thread.
class SocketLoop {
public:
    SocketLoop(net::EventLoop& event_loop, std::uint16_t its_number, const SocketSettings& its_settings,
               SocketFigures& all_figures);
    SocketLoop(const SocketLoop&) = delete;
    SocketLoop& operator=(const SocketLoop&) = delete;
    ~SocketLoop();

    net::EventLoop& loop;
    const std::uint16_t number;
    const SocketSettings& settings;
    SocketFigures& figures;  // of all loops

    /// Runs it on this loop, soon. From any thread.
    void post(net::Task task);
    /// On the loop: false while something posted from here has not run, which what is done at once would
    /// overtake.
    bool may_do_at_once() const { return posted_here_ == 0; }

    /// Lets it send when everything that is happening now has happened: what a round gives one client leaves
    /// together.
    void send_soon(Sender& sender);
    /// It goes away.
    void forget(Sender& sender) noexcept;

    /// Destroys it once nothing of it can be running any more.
    template <class Object>
    void bury(std::unique_ptr<Object> object) {
        bury(std::shared_ptr<void>(std::move(object)));
    }

    /// Keeps what ends by itself; buried through bury_leaving().
    using Leaving = std::list<std::shared_ptr<void>>::iterator;
    template <class Object>
    Leaving keep_leaving(std::unique_ptr<Object> object) {
        return leaving_.insert(leaving_.end(), std::shared_ptr<void>(std::move(object)));
    }
    void bury_leaving(Leaving place);

    /// Destroys whatever is leaving or buried: nothing of it may be running.
    void end();

    WebSocketInflater& inflater();
    WebSocketDeflater& deflater();

    /// A new id, 20 characters that nobody can guess; it tells which loop it belongs to.
    std::string make_id();

private:
    void bury(std::shared_ptr<void> object);
    void send_turn();

    std::vector<Sender*> senders_;  // null: gone meanwhile
    std::vector<std::shared_ptr<void>> graves_;
    std::list<std::shared_ptr<void>> leaving_;
    std::optional<WebSocketInflater> inflater_;
    std::optional<WebSocketDeflater> deflater_;
    std::string randomness_;
    std::size_t posted_here_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for tasks that may come too late
};

/// The number of the loop that made this id; nothing for what no loop made.
std::optional<std::uint16_t> loop_of_id(std::string_view id);

}  // namespace mortise::socket
