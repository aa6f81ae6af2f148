// SPDX-License-Identifier: Apache-2.0
#include "testing/test_sockets.h"

#include <algorithm>
#include <future>
#include <stdexcept>

#include <mortise/error.h>
#include <mortise/services/identity.h>

#include "socket/event_runner.h"

namespace mortise::testing {

namespace {

std::vector<Argument> arguments_of(const Arguments& arguments) {
    std::vector<Argument> read;
    const Json values = parse_json("[" + arguments.text() + "]");
    for (const Json& value : values.as_array()) read.emplace_back(value, arguments.attachments());
    return read;
}

Handshake from(std::string address) {
    Handshake handshake;
    handshake.client_address = std::move(address);
    return handshake;
}

// Waits where a loop would not.
LimitDecision decide(LimitPolicy* policy, const Visitor& visitor) {
    if (policy == nullptr) return {};
    LimitAnswer answer = policy->decide(visitor);
    if (const auto* decision = std::get_if<LimitDecision>(&answer)) return *decision;
    std::promise<LimitDecision> decided;
    std::get<LimitLater>(answer)(
        LimitReply([&](const LimitDecision& decision) { decided.set_value(decision); }));
    return decided.get_future().get();
}

}  // namespace

std::shared_ptr<TestSocket::Client> TestSockets::connect(std::shared_ptr<const User> user,
                                                         std::string address) {
    const LimitDecision decision = decide(table_->connect_limit(), {address, user.get()});
    if (!decision.lets_through()) throw refusal_of(decision);
    std::unique_lock lock(mutex_);
    auto client = std::make_shared<TestSocket::Client>(*this, "test-socket-" + std::to_string(++made_),
                                                       std::move(user), std::move(address));
    lock.unlock();
    for (const socket::HookEntry& entry : space().hooks)
        if (entry.hooks->before_connect) entry.hooks->before_connect(*client);
    lock.lock();
    clients_.push_back(client);
    lock.unlock();
    for (const socket::HookEntry& entry : space().hooks)
        if (entry.hooks->on_connect) entry.hooks->on_connect(*client);
    return client;
}

TestSockets::Clients TestSockets::clients_in(const Target& target) const {
    const std::scoped_lock lock(mutex_);
    Clients found;
    for (const auto& client : clients_) {
        const auto holds = [&](const std::string& room) { return client->is_in(room); };
        const bool is_meant =
            target.rooms.empty() || std::any_of(target.rooms.begin(), target.rooms.end(), holds);
        if (is_meant && std::none_of(target.except.begin(), target.except.end(), holds))
            found.push_back(client);
    }
    return found;
}

void TestSockets::send(const Target& target, std::string_view event, const Arguments& arguments) {
    for (const auto& client : clients_in(target)) client->send(event, arguments, target.is_discardable);
}

Answers TestSockets::ask(const Target& target, std::chrono::milliseconds, std::string_view event,
                         const Arguments& arguments) {
    send(target, event, arguments);
    return {{}, clients_in(target).size()};
}

std::vector<SocketFacts> TestSockets::fetch(const Target& target) {
    std::vector<SocketFacts> facts;
    for (const auto& client : clients_in(target))
        facts.push_back({std::string(client->id()), client->user(), client->rooms(), client->data()});
    return facts;
}

void TestSockets::join(const Target& target, const std::string& room) {
    for (const auto& client : clients_in(target)) client->join(room);
}

void TestSockets::leave(const Target& target, const std::string& room) {
    for (const auto& client : clients_in(target)) client->leave(room);
}

void TestSockets::disconnect(const Target& target, bool) {
    for (const auto& client : clients_in(target)) client->close("server namespace disconnect");
}

bool TestSockets::has_members(std::string_view, std::string_view room) const {
    Target target;
    target.rooms.emplace_back(room);
    return !clients_in(target).empty();
}

TestSocket::Client::Client(TestSockets& sockets, std::string id, std::shared_ptr<const User> user,
                           std::string address)
    : sockets_(sockets),
      id_(std::move(id)),
      user_(std::move(user)),
      handshake_(from(std::move(address))),
      rooms_{id_} {
    if (user_) rooms_.insert(room_of_user(user_->id));
}

Arguments TestSocket::Client::handle(std::string event, std::vector<Argument> arguments,
                                     bool wants_acknowledgement) {
    const socket::SpaceEntry& space = sockets_.space();
    const socket::EventEntry* entry = space.find(event);
    if (entry == nullptr) throw std::invalid_argument("no plugin handles the event " + event);
    const LimitDecision decision = decide(entry->limit, {handshake_.client_address, user_.get()});
    if (!decision.lets_through()) {
        const Error refusal = refusal_of(decision);
        if (wants_acknowledgement) return Arguments::of(socket::refusal_of(refusal));
        send(Limiter::notice, Arguments::of(socket::notice_of(*entry, refusal)), false);
        return {};
    }
    Message message(std::move(event), std::move(arguments), wants_acknowledgement);
    return socket::run_event(space, *entry, *this, message, Log());
}

std::vector<TestSocket::Client::Received> TestSocket::Client::take(std::string_view event) {
    const std::scoped_lock lock(mutex_);
    const auto first_taken = std::stable_partition(received_.begin(), received_.end(),
                                                   [&](const Received& each) { return each.event != event; });
    std::vector<Received> taken(std::make_move_iterator(first_taken),
                                std::make_move_iterator(received_.end()));
    received_.erase(first_taken, received_.end());
    return taken;
}

std::vector<TestSocket::Client::Received> TestSocket::Client::take_all() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(received_, {});
}

std::vector<std::string> TestSocket::Client::waiting() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> names;
    for (const Received& each : received_) names.push_back(each.event);
    return names;
}

void TestSocket::Client::close(std::string_view reason) {
    {
        const std::scoped_lock lock(sockets_.mutex_, mutex_);
        if (!is_connected_) return;
        is_connected_ = false;
        std::erase(sockets_.clients_, shared_from_this());
    }
    for (const socket::HookEntry& entry : sockets_.space().hooks)
        if (entry.hooks->on_disconnect) entry.hooks->on_disconnect(*this, reason);
}

bool TestSocket::Client::is_in(std::string_view room) const {
    const std::scoped_lock lock(mutex_);
    return rooms_.contains(room);
}

bool TestSocket::Client::is_connected() const {
    const std::scoped_lock lock(mutex_);
    return is_connected_;
}

void TestSocket::Client::send(std::string_view event, const Arguments& arguments, bool) {
    std::vector<Argument> read = arguments_of(arguments);
    const std::scoped_lock lock(mutex_);
    if (is_connected_) received_.push_back({std::string(event), std::move(read)});
}

void TestSocket::Client::ask_then(std::chrono::milliseconds, std::string_view event,
                                  const Arguments& arguments, OnAnswer on_answer) {
    send(event, arguments, false);
    on_answer(std::nullopt);
}

std::vector<Argument> TestSocket::Client::wait_for_answer(std::chrono::milliseconds, std::string_view,
                                                          const Arguments&) {
    throw Error(Code::request_timeout, "The client did not answer.");
}

void TestSocket::Client::join(std::string room) {
    const std::scoped_lock lock(mutex_);
    rooms_.insert(std::move(room));
}

void TestSocket::Client::leave(std::string_view room) {
    const std::scoped_lock lock(mutex_);
    if (const auto found = rooms_.find(room); found != rooms_.end()) rooms_.erase(found);
}

std::vector<std::string> TestSocket::Client::rooms() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> rooms;
    for (const std::string& room : rooms_)
        if (room != id_) rooms.push_back(room);
    return rooms;
}

Json TestSocket::Client::data() const {
    const std::scoped_lock lock(mutex_);
    return data_;
}

void TestSocket::Client::set_data(Json data) {
    const std::scoped_lock lock(mutex_);
    data_ = std::move(data);
}

void TestSocket::Client::disconnect(bool) {
    close("server namespace disconnect");
}

TestSocket::TestSocket(std::shared_ptr<Client> client) : client_(std::move(client)) {}
TestSocket::TestSocket(TestSocket&&) noexcept = default;
TestSocket& TestSocket::operator=(TestSocket&&) noexcept = default;

TestSocket::~TestSocket() {
    if (client_) disconnect();
}

std::string_view TestSocket::id() const {
    return client_->id();
}

Json TestSocket::emit(std::string event, const JsonObject& payload) {
    return emit_arguments(std::move(event), JsonArray{payload});
}

Json TestSocket::emit_arguments(std::string event, const JsonArray& arguments) {
    const Arguments answered =
        client_->handle(std::move(event), std::vector<Argument>(arguments.begin(), arguments.end()));
    return answered.size() == 0 ? Json() : parse_json("[" + answered.text() + "]").at(0);
}

std::vector<Json> TestSocket::take(std::string_view event) {
    std::vector<Json> payloads;
    for (const Client::Received& each : client_->take(event))
        payloads.push_back(each.arguments.empty() ? Json() : each.arguments.front().json());
    return payloads;
}

std::vector<std::string> TestSocket::waiting() const {
    return client_->waiting();
}

bool TestSocket::is_connected() const {
    return client_->is_connected();
}

void TestSocket::tell(std::string event, const JsonObject& payload) {
    client_->handle(std::move(event), {Argument(Json(payload))}, false);
}

void TestSocket::disconnect() {
    client_->close("client namespace disconnect");
}

}  // namespace mortise::testing
