// SPDX-License-Identifier: Apache-2.0
#include "socket/event_runner.h"

#include <chrono>

#include "http/problem.h"

namespace mortise::socket {

namespace {

void read_payload(const EventDeclaration& event, Message& message) {
    if (!event.payload) return;
    Faults faults;
    auto value = event.payload->read(message.arg(0).json(), faults);
    faults.throw_if_any();
    message.bind(std::move(value), *event.payload->type);
}

}  // namespace

Json refusal_of(const Error& error) {
    JsonObject told{{"code", error.name()}, {"message", error.public_text()}};
    if (!error.faults().empty()) {
        JsonArray faults;
        for (const FieldFault& fault : error.faults())
            faults.push_back(
                JsonObject{{"pointer", fault.pointer}, {"code", fault.code}, {"detail", fault.detail}});
        told["errors"] = std::move(faults);
    }
    if (const auto& wait = error.retry_after())
        told["retryAfter"] = std::chrono::ceil<std::chrono::seconds>(*wait).count();
    JsonObject answer{{"ok", false}};
    answer["error"] = std::move(told);
    return answer;
}

LimitNotice notice_of(const EventEntry& event, const Error& refusal) {
    const auto wait = refusal.retry_after().value_or(std::chrono::seconds(1));
    return {event.declaration->event, event.limit->name(), refusal.public_text(),
            std::chrono::ceil<std::chrono::seconds>(wait).count()};
}

Error too_busy() {
    return Error(Code::unavailable, "Too much is going on here; try again soon.");
}

Error caught(const Log& log, std::string_view where) {
    try {
        throw;
    } catch (const Error& error) {
        if (!error.private_detail().empty())
            log.info("refused", {{"where", where}, {"code", error.name()}, {"why", error.private_detail()}});
        return error;
    } catch (const std::exception& fault) {
        log.error("failed", {{"where", where}, {"what", fault.what()}});
    } catch (...) {
        log.error("failed", {{"where", where}});
    }
    return Error(Code::internal, std::string(http::something_went_wrong));
}

Arguments run_event(const SpaceEntry& space, const EventEntry& event, Socket& socket, Message& message,
                    const Log& log) {
    const EventDeclaration& declaration = *event.declaration;
    try {
        if (declaration.requires_user) socket.signed_in();
        for (const HookEntry& hook : space.hooks)
            if (hook.hooks->before_event) hook.hooks->before_event(socket, message);
        read_payload(declaration, message);
        return declaration.handler(socket, message);
    } catch (...) {
        return Arguments::of(refusal_of(caught(log, declaration.event)));
    }
}

}  // namespace mortise::socket
