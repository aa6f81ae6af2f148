// SPDX-License-Identifier: Apache-2.0
#include "socket/client_socket.h"

#include <algorithm>
#include <condition_variable>
#include <optional>
#include <stdexcept>

#include <mortise/error.h>
#include <mortise/text.h>

#include "socket/client.h"
#include "socket/event_runner.h"
#include "socket/local_space.h"
#include "socket/room_directory.h"
#include "socket/switchboard.h"

namespace mortise::socket {

/// An event that waits for its acknowledgement.
struct ClientSocket::Question {
    Question(ClientSocket& its_socket, std::uint64_t its_id, OnAnswer told)
        : socket(its_socket), id(its_id), on_answer(std::move(told)) {}

    void late() {
        const auto kept = socket.shared_from_this();
        const auto self = std::move(socket.questions_.extract(id).mapped());
        socket.tell(on_answer, std::nullopt);
    }

    ClientSocket& socket;
    std::uint64_t id;
    OnAnswer on_answer;
    net::Timer limit = net::Timer::calling<&Question::late>(this);
};

ClientSocket::ClientSocket(SocketLoop& home, LocalSpace& space, const SocketSurroundings& around,
                           std::string id, std::shared_ptr<const Handshake> handshake)
    : home_(home),
      space_(space),
      around_(around),
      id_(std::move(id)),
      space_name_(space.entry.name),
      handshake_(std::move(handshake)) {}

ClientSocket::~ClientSocket() = default;

std::shared_ptr<const User> ClientSocket::user() const {
    const std::scoped_lock lock(mutex_);
    return user_;
}

template <class Call>
void ClientSocket::on_loop(Call call) {
    if (home_.loop.in_loop() && home_.may_do_at_once()) return call(*this);
    home_.loop.post([self = shared_from_this(), call = std::move(call)]() mutable { call(*self); });
}

void ClientSocket::send(std::string_view event, const Arguments& arguments, bool is_discardable) {
    if (!is_connected()) return;
    on_loop([frame = event_frame(space_name_, event, arguments), is_discardable](ClientSocket& self) mutable {
        self.deliver(std::move(frame), is_discardable);
    });
}

void ClientSocket::ask_then(std::chrono::milliseconds timeout, std::string_view event,
                            const Arguments& arguments, OnAnswer on_answer) {
    on_loop([timeout, event = std::string(event), arguments,
             on_answer = std::move(on_answer)](ClientSocket& self) mutable {
        self.ask_here(timeout, std::move(event), arguments, std::move(on_answer));
    });
}

void ClientSocket::ask_here(std::chrono::milliseconds timeout, std::string event, const Arguments& arguments,
                            OnAnswer on_answer) {
    if (client_ == nullptr) return tell(on_answer, std::nullopt);
    const std::uint64_t id = last_question_++;
    auto& question = questions_[id];
    question = std::make_unique<Question>(*this, id, std::move(on_answer));
    home_.loop.arm(question->limit, timeout);
    deliver(event_frame(space_name_, event, arguments, id), false);
}

std::vector<Argument> ClientSocket::wait_for_answer(std::chrono::milliseconds timeout, std::string_view event,
                                                    const Arguments& arguments) {
    if (home_.loop.in_loop()) throw std::logic_error("ask() waits: it is not for inline handlers");
    struct Waiting {
        std::mutex mutex;
        std::condition_variable happened;
        bool is_over = false;
        std::optional<std::vector<Argument>> answer;
    };
    auto waiting = std::make_shared<Waiting>();
    ask_then(timeout, event, arguments, [waiting](std::optional<std::vector<Argument>> answer) {
        const std::scoped_lock lock(waiting->mutex);
        waiting->is_over = true;
        waiting->answer = std::move(answer);
        waiting->happened.notify_one();
    });
    std::unique_lock lock(waiting->mutex);
    waiting->happened.wait(lock, [&] { return waiting->is_over; });
    if (!waiting->answer) throw Error(Code::request_timeout, "The client did not answer.");
    return std::move(*waiting->answer);
}

void ClientSocket::acknowledge(std::optional<std::uint64_t> id, const Arguments& arguments) {
    if (!id || !is_connected()) return;
    on_loop([frame = ack_frame(space_name_, *id, arguments)](ClientSocket& self) mutable {
        if (self.client_ == nullptr) return;
        SocketFigures::add(self.home_.figures.acks_out);
        self.client_->send(std::move(frame), false);
    });
}

void ClientSocket::answered(std::uint64_t id, std::vector<Argument> arguments) {
    const auto found = questions_.find(id);
    if (found == questions_.end()) return;  // too late, or never asked
    const auto question = std::move(found->second);
    questions_.erase(found);
    tell(question->on_answer, std::move(arguments));
}

void ClientSocket::join(std::string room) {
    {
        const std::scoped_lock lock(mutex_);
        if (is_gone_ || contains(rooms_, room)) return;
        rooms_.push_back(room);
        around_.rooms.enter(space_name_, room, home_.number);
    }
    on_loop([room = std::move(room)](ClientSocket& self) { self.settle(room); });
}

void ClientSocket::leave(std::string_view room) {
    {
        const std::scoped_lock lock(mutex_);
        const auto found = std::ranges::find(rooms_, room);
        if (is_gone_ || found == rooms_.end()) return;
        rooms_.erase(found);
        around_.rooms.leave(space_name_, room, home_.number);
    }
    on_loop([room = std::string(room)](ClientSocket& self) { self.settle(room); });
}

// Two threads may join and leave at once, and what they post may come in another order than what they did:
// the last to come finds the truth.
void ClientSocket::settle(const std::string& room) {
    if (!is_local_) return;
    bool is_in = false;
    {
        const std::scoped_lock lock(mutex_);
        is_in = contains(rooms_, room);
    }
    if (is_in)
        space_.join(*this, room);
    else
        space_.leave(*this, room);
}

// Plugins' code in the middle of ours: what it throws is logged.
void ClientSocket::tell(const OnAnswer& on_answer, std::optional<std::vector<Argument>> answer) {
    run_hook(around_.log, "an acknowledgement", [&] { on_answer(std::move(answer)); });
}

std::vector<std::string> ClientSocket::rooms() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> rooms = rooms_;
    std::erase(rooms, id_);
    return rooms;
}

Json ClientSocket::data() const {
    const std::scoped_lock lock(mutex_);
    return data_;
}

void ClientSocket::set_data(Json data) {
    const std::scoped_lock lock(mutex_);
    data_ = std::move(data);
}

void ClientSocket::disconnect(bool closes_connection) {
    on_loop([closes_connection](ClientSocket& self) {
        if (self.client_ != nullptr) return self.client_->disconnect(self, closes_connection);
        if (self.recollection_) self.around_.absentees.drop(std::string(self.recollection_->pid()));
    });
}

void ClientSocket::set_user(std::shared_ptr<const User> user) {
    const std::scoped_lock lock(mutex_);
    user_ = std::move(user);
}

// Rooms may have been joined before: by what a plugin did while it was deciding about this client.
void ClientSocket::connected(Client& client) {
    client_ = &client;
    is_local_ = true;
    space_.add(*this);
    for (const std::string& room : rooms()) space_.join(*this, room);
    if (const auto user = this->user()) join(room_of_user(user->id));
    is_connected_.store(true, std::memory_order_release);
    SocketFigures::add(home_.figures.sockets_connected);
}

void ClientSocket::recollect() {
    recollection_ = std::make_unique<Recollection>(home_.make_id(), home_.settings.max_outbox);
}

void ClientSocket::away() {
    client_ = nullptr;
    is_connected_.store(false, std::memory_order_release);
    SocketFigures::add(home_.figures.sockets_disconnected);
    give_up_questions();
    around_.absentees.add(shared_from_this());
}

void ClientSocket::succeed(const ClientSocket& before, Client& client) {
    is_recovered_ = is_held_ = true;
    recollection_ = std::make_unique<Recollection>(before.recollection_->pid(), home_.settings.max_outbox);
    set_data(before.data());
    client_ = &client;
    is_local_ = true;
    space_.add(*this);
    for (std::string& room : before.rooms()) join(std::move(room));
    join(id_);  // the id tells of the loop it was made on, which may be another one
}

void ClientSocket::resume(const Recollection& before, std::uint64_t offset) {
    const std::vector<SharedFrame> waited = recollection_->since(0);
    recollection_ = std::make_unique<Recollection>(before);
    for (const SharedFrame& frame : waited) recollection_->keep(frame);
    is_held_ = false;
    is_connected_.store(true, std::memory_order_release);
    SocketFigures::add(home_.figures.sockets_connected);
    SocketFigures::add(home_.figures.recovered);
    for (SharedFrame& frame : recollection_->since(offset)) client_->send(std::move(frame), false);
}

void ClientSocket::gone() {
    if (is_connected()) SocketFigures::add(home_.figures.sockets_disconnected);
    if (std::exchange(is_local_, false)) space_.remove(*this);
    client_ = nullptr;
    is_connected_.store(false, std::memory_order_release);
    leave_all();
    give_up_questions();
}

void ClientSocket::give_up_questions() {
    for (auto& [id, question] : std::exchange(questions_, {})) tell(question->on_answer, std::nullopt);
}

void ClientSocket::leave_all() {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(is_gone_, true)) return;
    for (const std::string& room : rooms_) around_.rooms.leave(space_name_, room, home_.number);
}

void ClientSocket::deliver(SharedFrame frame, bool is_discardable) {
    if (recollection_ && !is_discardable)
        if (SharedFrame recallable = frame->recallable()) {
            recollection_->keep(recallable);
            frame = std::move(recallable);
        }
    if (client_ == nullptr || is_held_) return;
    SocketFigures::add(home_.figures.events_out);
    client_->send(std::move(frame), is_discardable);
}

SocketFacts ClientSocket::facts() const {
    const std::scoped_lock lock(mutex_);
    SocketFacts facts{id_, user_, rooms_, data_};
    std::erase(facts.rooms, id_);
    return facts;
}

Broadcaster& ClientSocket::broadcaster() {
    return around_.switchboard;
}

SharedFrame event_frame(std::string_view space, std::string_view event, const Arguments& arguments,
                        std::optional<std::uint64_t> id) {
    std::string data = "[";
    append_json_string(data, event);
    if (arguments.size() > 0) data += ',';
    data += arguments.text();
    data += ']';
    const auto& attachments = arguments.attachments();
    const PacketType type = attachments.empty() ? PacketType::event : PacketType::binary_event;
    const std::string packet = write_packet(type, space, id, data, attachments.size());
    // What asks for an acknowledgement is not sent again: who asked has been told that none will come.
    return id ? std::make_shared<const Frame>(packet, attachments) : Frame::event(packet, attachments);
}

SharedFrame ack_frame(std::string_view space, std::uint64_t id, const Arguments& arguments) {
    const auto& attachments = arguments.attachments();
    const PacketType type = attachments.empty() ? PacketType::ack : PacketType::binary_ack;
    return std::make_shared<const Frame>(
        write_packet(type, space, id, '[' + arguments.text() + ']', attachments.size()), attachments);
}

namespace {

// Gathers the attachments that stand in this value, which then counts only its own. The assembler has seen to
// it that every placeholder counts one of them.
void gather(Json& value, const Attachments& all, Attachments& own) {
    if (JsonObject* object = value.if_object()) {
        const Json* mark = object->if_contains("_placeholder");
        Json* number = object->if_contains("num");
        if (mark != nullptr && mark->is_bool() && mark->get_bool() && number != nullptr) {
            boost::system::error_code fault;
            const auto place = number->to_number<std::size_t>(fault);
            if (fault || place >= all.size()) return;
            *number = own.size();
            own.push_back(all[place]);
            return;
        }
        for (auto& [name, member] : *object) gather(member, all, own);
    } else if (JsonArray* array = value.if_array()) {
        for (Json& item : *array) gather(item, all, own);
    }
}

}  // namespace

std::vector<Argument> arguments_of(Json data, const Attachments& attachments, std::size_t first) {
    std::vector<Argument> arguments;
    JsonArray* array = data.if_array();
    if (array == nullptr) return arguments;
    arguments.reserve(array->size());
    for (std::size_t place = first; place < array->size(); ++place) {
        Json& value = (*array)[place];
        Attachments own;
        if (!attachments.empty()) gather(value, attachments, own);
        arguments.emplace_back(std::move(value), std::move(own));
    }
    return arguments;
}

}  // namespace mortise::socket
