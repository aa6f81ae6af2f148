// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/export.h>
#include <mortise/json.h>

namespace mortise::testing {

/// A client with a socket but no wire: its events run through the checks and handlers of the plugins, on the
/// thread that emits, and what it is sent it keeps. Made by TestHost::connect(), which must outlive it.
///
///     TestSocket ann = host.connect("ann"), ben = host.connect("ben");
///     ann.emit("chat:send", {{"to", "ben"}, {"text", "hello"}});
///     REQUIRE(ben.take("chat:message").size() == 1);
///
/// Several threads may use several sockets at once.
class MORTISE_API TestSocket {
public:
    class Client;
    explicit TestSocket(std::shared_ptr<Client> client);
    /// Goes away, as a client that closes its connection does.
    ~TestSocket();
    TestSocket(TestSocket&&) noexcept;
    TestSocket& operator=(TestSocket&&) noexcept;

    std::string_view id() const;
    /// Sends an event and waits until it is handled; the acknowledgement, null when it has no arguments. An
    /// Error of the handler comes back as {ok: false, error: {code, message, errors?, retryAfter?}}.
    Json emit(std::string event, const JsonObject& payload);
    Json emit_arguments(std::string event, const JsonArray& arguments);
    /// Sends an event without asking for an acknowledgement, and waits until it is handled.
    void tell(std::string event, const JsonObject& payload);

    /// The first arguments of the events of this name that came since they were last taken, in order.
    std::vector<Json> take(std::string_view event);
    /// The names of everything that came and was not taken, in order.
    std::vector<std::string> waiting() const;

    /// False once the server has closed it.
    bool is_connected() const;
    void disconnect();

private:
    std::shared_ptr<Client> client_;
};

}  // namespace mortise::testing
