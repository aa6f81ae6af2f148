// SPDX-License-Identifier: Apache-2.0
#include "socket/hub.h"

#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include <mortise/services/people.h>

#include "socket/client.h"
#include "socket/local_space.h"
#include "socket/raw_endpoint.h"

namespace mortise::socket {

namespace {

/// Waits until as many loops have reported as were asked.
class Collected {
public:
    void done() {
        const std::scoped_lock lock(mutex);
        ++reported_;
        happened_.notify_one();
    }
    void wait_for(std::size_t loops) {
        std::unique_lock lock(mutex);
        happened_.wait(lock, [&] { return reported_ == loops; });
    }
    std::mutex mutex;  // of what is collected, too

private:
    std::condition_variable happened_;
    std::size_t reported_ = 0;
};

std::vector<std::shared_ptr<ClientSocket>> held(const std::vector<ClientSocket*>& sockets) {
    std::vector<std::shared_ptr<ClientSocket>> kept;
    for (ClientSocket* socket : sockets) kept.push_back(socket->shared_from_this());
    return kept;
}

// Without those who are away and may come back.
std::vector<std::shared_ptr<ClientSocket>> present(const std::vector<ClientSocket*>& sockets) {
    auto kept = held(sockets);
    std::erase_if(kept, [](const auto& socket) { return socket->client() == nullptr; });
    return kept;
}

}  // namespace

/// What one loop has. Belongs to its thread.
struct Hub::Local {
    Local(Hub& hub, SocketLoop& home)
        : absentees(home),
          around{
              .home = home,
              .sockets = {hub, *hub.rooms_, hub.log_, absentees},
              .identity = hub.identity_,
              .connect_limit = hub.table_->connect_limit(),
              .ended = hub.ended_,
              .clock = hub.clock_,
              .log = hub.log_,
              .find_space = [this](std::string_view name) { return find(name); },
              .find_loop = [&hub](std::size_t number) { return hub.surroundings_of(number); },
              .post_to_both =
                  [&hub](SocketLoop& first, net::Task first_task, SocketLoop& second, net::Task second_task) {
                      hub.post_to_both(first, std::move(first_task), second, std::move(second_task));
                  }} {
        for (const SpaceEntry& entry : hub.table_->spaces())
            spaces.push_back(std::make_unique<LocalSpace>(entry));
    }
    LocalSpace* find(std::string_view name) const {
        for (const auto& space : spaces)
            if (space->entry.name == name) return space.get();
        return nullptr;
    }

    std::vector<std::unique_ptr<LocalSpace>> spaces;
    Absentees absentees;
    ClientSurroundings around;
};

Hub::Hub(SocketSettings settings, const Clock& clock, Log log)
    : settings_(std::move(settings)), clock_(clock), log_(std::move(log)) {}

Hub::~Hub() = default;

void Hub::open(const SocketTable& table, const Identity* identity, Events& events) {
    table_ = &table;
    identity_ = identity;
    endpoint_ = std::make_unique<EngineEndpoint>(settings_, [this](SocketLoop& home, Arrival arrival) {
        return std::make_unique<Client>(locals_[home.number]->around, std::move(arrival));
    });
    routes_.emplace("");
    raws_.clear();
    routes_->add_kept(settings_.path, *endpoint_).max_body(settings_.max_payload);
    for (const RawEntry& entry : table.raws()) {
        raws_.push_back(std::make_unique<RawEndpoint>(settings_, entry, log_));
        Route route = routes_->add_kept(entry.declaration->path, raws_.back()->keeper());
        route.max_body(settings_.max_payload).summary(entry.declaration->summary);
        if (entry.declaration->requires_user) route.requires_user();
        // Requests of Engine.IO only carry a client and are not limited.
        if (!entry.declaration->speaks_engine_io) route.limit(std::string(Limiter::connect));
    }
    session_ended_ =
        events.subscribe(session_ended_topic, [this](const Event& event) { session_ended(event); });
}

void Hub::attach(net::LoopGroup& loops) {
    group_ = &loops;
    rooms_ = std::make_unique<RoomDirectory>(loops.size());
    for (std::size_t number = 0; number < loops.size(); ++number) {
        loops_.push_back(std::make_unique<SocketLoop>(loops[number], static_cast<std::uint16_t>(number),
                                                      settings_, figures_));
        locals_.push_back(std::make_unique<Local>(*this, *loops_.back()));
    }
    endpoint_->attach(loops_);
    for (const auto& raw : raws_) raw->attach(loops_);
    is_attached_.store(true, std::memory_order_release);
}

void Hub::close_all(std::string_view reason) {
    if (!is_attached_.load(std::memory_order_acquire)) return;
    group_->on_each([&](std::size_t number, net::EventLoop&) {
        endpoint_->close_all(*loops_[number], reason);
        for (const auto& raw : raws_) raw->close_all(*loops_[number], reason);
    });
}

void Hub::detach() {
    if (!is_attached_.load(std::memory_order_acquire)) return;
    close_all("server shutting down");
    is_attached_.store(false, std::memory_order_release);
    session_ended_ = {};
    group_->on_each([&](std::size_t number, net::EventLoop&) {
        locals_[number]->absentees.clear();
        loops_[number]->end();
    });
}

void Hub::send(const Target& target, std::string_view event, const Arguments& arguments) {
    SocketFigures::add(figures_.broadcasts);
    on_loops(target, [frame = event_frame(target.space, event, arguments),
                      is_discardable = target.is_discardable](const std::vector<ClientSocket*>& sockets) {
        for (ClientSocket* socket : sockets) socket->deliver(frame, is_discardable);
    });
}

Answers Hub::ask(const Target& target, std::chrono::milliseconds timeout, std::string_view event,
                 const Arguments& arguments) {
    check_may_wait();
    // A loop has reported when every socket it asked has answered or will not.
    struct Asked : Collected {
        Answers answers;
    };
    auto asked = std::make_shared<Asked>();
    const auto put = [asked, timeout, event = std::string(event),
                      arguments](const std::vector<ClientSocket*>& sockets) {
        const auto there = present(sockets);
        if (there.empty()) return asked->done();
        auto left = std::make_shared<std::size_t>(there.size());  // the loop's own
        for (const auto& socket : there)
            socket->ask_here(timeout, event, arguments,
                             [asked, left](std::optional<std::vector<Argument>> answer) {
                                 {
                                     const std::scoped_lock lock(asked->mutex);
                                     if (answer)
                                         asked->answers.received.push_back(std::move(*answer));
                                     else
                                         ++asked->answers.missing;
                                 }
                                 if (--*left == 0) asked->done();
                             });
    };
    asked->wait_for(on_loops(target, put));
    return std::move(asked->answers);
}

std::vector<SocketFacts> Hub::fetch(const Target& target) {
    check_may_wait();
    struct Fetched : Collected {
        std::vector<SocketFacts> facts;
    };
    auto fetched = std::make_shared<Fetched>();
    const auto look = [fetched](const std::vector<ClientSocket*>& sockets) {
        {
            const std::scoped_lock lock(fetched->mutex);
            for (const auto& socket : present(sockets)) fetched->facts.push_back(socket->facts());
        }
        fetched->done();
    };
    fetched->wait_for(on_loops(target, look));
    return std::move(fetched->facts);
}

void Hub::join(const Target& target, const std::string& room) {
    on_loops(target, [room](const std::vector<ClientSocket*>& sockets) {
        for (const auto& socket : held(sockets)) socket->join(room);
    });
}

void Hub::leave(const Target& target, const std::string& room) {
    on_loops(target, [room](const std::vector<ClientSocket*>& sockets) {
        for (const auto& socket : held(sockets)) socket->leave(room);
    });
}

void Hub::disconnect(const Target& target, bool closes_connection) {
    on_loops(target, [closes_connection](const std::vector<ClientSocket*>& sockets) {
        for (const auto& socket : held(sockets)) socket->disconnect(closes_connection);
    });
}

bool Hub::has_members(std::string_view space, std::string_view room) const {
    return is_attached_.load(std::memory_order_acquire) && rooms_->has_members(space, room);
}

template <class Call>
std::size_t Hub::on_loops(const Target& target, Call call) {
    if (!is_attached_.load(std::memory_order_acquire)) return 0;
    const auto shared = std::make_shared<const Target>(target);
    const std::shared_lock lock(between_broadcasts_);
    const auto wanted = loops_of(target);
    std::size_t count = 0;
    for (std::size_t number = 0; number < wanted.size(); ++number) {
        if (!wanted[number]) continue;
        ++count;
        Local* local = locals_[number].get();
        auto work = [local, shared, call] {
            static const std::vector<ClientSocket*> nobody;
            LocalSpace* space = local->find(shared->space);
            call(space == nullptr ? nobody : space->select(*shared));
        };
        // Also to the loop this runs on: then all loops see the same order.
        loops_[number]->post(std::move(work));
    }
    return count;
}

const ClientSurroundings* Hub::surroundings_of(std::size_t number) const {
    return number < locals_.size() ? &locals_[number]->around : nullptr;
}

void Hub::post_to_both(SocketLoop& first, net::Task first_task, SocketLoop& second, net::Task second_task) {
    const std::scoped_lock lock(between_broadcasts_);
    first.loop.post(std::move(first_task));
    second.loop.post(std::move(second_task));
}

std::vector<bool> Hub::loops_of(const Target& target) const {
    std::vector<bool> wanted(loops_.size(), target.rooms.empty());
    for (const std::string& room : target.rooms) {
        // A socket's id is a room of its own; it tells its loop.
        if (const auto number = loop_of_id(room); number && *number < wanted.size()) wanted[*number] = true;
        rooms_->mark_loops(target.space, room, wanted);
    }
    return wanted;
}

void Hub::check_may_wait() const {
    if (!is_attached_.load(std::memory_order_acquire)) return;
    for (const auto& loop : loops_)
        if (loop->loop.in_loop())
            throw std::logic_error("asking and fetching wait for other loops: not for inline handlers");
}

// Who is signed in by this session is out, on whichever node it was ended.
void Hub::session_ended(const Event& event) {
    const JsonObject* told = event.payload.if_object();
    if (told == nullptr || !is_attached_.load(std::memory_order_acquire)) return;
    const Json* user = told->if_contains("userId");
    const Json* session = told->if_contains("sessionId");
    if (user == nullptr || session == nullptr || !user->is_string() || !session->is_string()) return;
    ended_.add(std::string(std::string_view(session->get_string())));  // before looking who is in
    for (const SpaceEntry& space : table_->spaces()) {
        Target target;
        target.space = space.name;
        target.rooms.push_back(room_of_user(std::string_view(user->get_string())));
        on_loops(target,
                 [id = std::string(session->get_string())](const std::vector<ClientSocket*>& sockets) {
                     for (const auto& socket : held(sockets))
                         if (const auto who = socket->user(); who && who->session_id == id)
                             socket->disconnect(true);
                 });
    }
}

}  // namespace mortise::socket
