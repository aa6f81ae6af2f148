// SPDX-License-Identifier: Apache-2.0
#include "socket/raw_client.h"

#include "socket/event_runner.h"

namespace mortise::socket {

RawClient::RawClient(SocketLoop& home, const RawEntry& entry, const Log& log, Arrival arrival)
    : home_(home),
      entry_(entry),
      log_(log),
      arrival_(std::move(arrival)),
      id_(home.make_id()),
      queue_(std::make_shared<EventQueue>(home.loop)) {}

template <class Call>
void RawClient::on_loop(Call call) {
    if (home_.loop.in_loop()) return call(*this);
    home_.loop.post([self = shared_from_this(), call = std::move(call)]() mutable { call(*self); });
}

void RawClient::send(std::string_view bytes, bool is_text) {
    if (home_.loop.in_loop()) {
        if (channel_ != nullptr) channel_->send(bytes, is_text);
        return;
    }
    on_loop([kept = std::string(bytes), is_text](RawClient& self) { self.send(kept, is_text); });
}

void RawClient::close(std::uint16_t code, std::string_view reason) {
    on_loop([code, why = std::string(reason)](RawClient& self) {
        if (self.channel_ != nullptr) self.channel_->close(code, why);
    });
}

void RawClient::opened(RawChannel& channel) {
    channel_ = &channel;
    SocketFigures::add(home_.figures.raw_opened);
    const RawDeclaration& route = *entry_.declaration;
    if (!route.on_open) return;
    queue_->push({route.is_inline ? nullptr : entry_.lane,
                  [self = shared_from_this(), &route] {
                      run_hook(self->log_, route.plugin, [&] { route.on_open(*self); });
                  },
                  {}});
}

void RawClient::received(std::string_view bytes, bool is_text) {
    const RawDeclaration& route = *entry_.declaration;
    http::Lane* lane = route.is_inline ? nullptr : entry_.lane;
    if (lane == nullptr && queue_->is_idle()) {
        const auto kept = shared_from_this();
        run_hook(log_, route.plugin, [&] { route.on_message(*this, {bytes, is_text}); });
        return;
    }
    queue_->push({lane,
                  [self = shared_from_this(), &route, kept = std::string(bytes), is_text] {
                      run_hook(self->log_, route.plugin, [&] { route.on_message(*self, {kept, is_text}); });
                  },
                  [self = shared_from_this()] { self->close(1013, "too much is going on here"); },
                  bytes.size()});
    const SocketSettings& limits = home_.settings;
    if (is_resting_ || channel_ == nullptr ||
        !queue_->is_over(limits.max_pending_events, limits.max_pending_bytes))
        return;
    is_resting_ = true;
    channel_->pause();
    queue_->when_down_to(limits.max_pending_events / 2, limits.max_pending_bytes / 2,
                         [self = shared_from_this()] {
                             self->is_resting_ = false;
                             if (self->channel_ != nullptr) self->channel_->resume();
                         });
}

void RawClient::closed(std::string_view reason) {
    channel_ = nullptr;
    SocketFigures::add(home_.figures.raw_closed);
    const RawDeclaration& route = *entry_.declaration;
    if (!route.on_close) return;
    queue_->push({route.is_inline ? nullptr : entry_.lane,
                  [self = shared_from_this(), &route, why = std::string(reason)] {
                      run_hook(self->log_, route.plugin, [&] { route.on_close(*self, why); });
                  },
                  {}});
}

}  // namespace mortise::socket
