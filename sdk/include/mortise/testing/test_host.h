// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include <mortise/export.h>
#include <mortise/json.h>
#include <mortise/services/identity.h>
#include <mortise/socket.h>
#include <mortise/testing/fake_clock.h>
#include <mortise/testing/test_socket.h>

namespace mortise {
class Database;
class Events;
class Nodes;
class Store;
}  // namespace mortise

namespace mortise::testing {

/// An answer, as a client would see it.
struct MORTISE_API TestResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// The first header of that name, whatever its case; empty when absent.
    std::string_view header(std::string_view name) const;
    /// The body as JSON; throws Error when it is none.
    Json json() const;
};

class TestHost;

/// A request being put together; send() runs it through the real middleware chain, without a socket.
class MORTISE_API TestRequest {
public:
    TestRequest& header(std::string name, std::string value);
    /// Signs the request as this user, through the identity TestHost provides when no plugin does.
    TestRequest& as(std::string user_id, std::string role = "user");
    TestRequest& bearer(std::string_view token);
    /// The members of a JSON object: json({{"title", "Mow"}}).
    TestRequest& json(const JsonObject& body);
    TestRequest& body(std::string bytes, std::string content_type);
    /// "10.0.0.1" unless said otherwise.
    TestRequest& from(std::string client_address);
    /// Waits for the answer.
    TestResponse send();

private:
    friend class TestHost;
    TestRequest(TestHost& host, std::string method, std::string target);

    TestHost& host_;
    std::string method_, target_, body_, client_address_ = "10.0.0.1";
    std::vector<std::pair<std::string, std::string>> headers_;
};

/// What an event's handler did.
struct TestAcknowledgement {
    Json acknowledgement;
    std::vector<std::pair<std::string, std::vector<Argument>>> emitted;  ///< to the sender itself
};

struct SentMail {
    std::string to, subject, text;
};

/// Loads real plugins with options text, a fake clock and a SQLite database in memory: a plugin's tests
/// need no server, no socket and no file.
///
///     TestHost host("tasks");
///     auto created = host.post("/api/v1/tasks").as("ann").json({{"title", "Mow"}}).send();
///     REQUIRE(created.status == 201);
///
/// Plugins are found in the folders MORTISE_PLUGIN_PATH of the environment names, separated by ':';
/// tests/catch_main.cpp sets it to the build's own. Not thread-safe, but send() may run on several threads at
/// once after start().
class MORTISE_API TestHost {
public:
    /// `options` is the YAML text that would stand below the plugin's name; empty: all defaults.
    explicit TestHost(std::string plugin, std::string options = {});
    ~TestHost();
    TestHost(const TestHost&) = delete;
    TestHost& operator=(const TestHost&) = delete;

    /// Another plugin, started before the one under test.
    TestHost& beside(std::string plugin, std::string options = {});
    /// The database a configuration would name so, instead of SQLite in memory; it must be empty.
    TestHost& on_database(std::string url);
    /// A service of the test's own, as if a plugin provided it.
    template <class T>
    TestHost& provide(T& provider) {
        provide(T::service, typeid(T), &provider);
        return *this;
    }
    /// Migrates, starts and readies the plugins; the first request does it too. Throws what start() throws.
    void start();
    /// Stops the plugins; the destructor does it too.
    void stop();

    TestRequest request(std::string method, std::string target);
    TestRequest get(std::string target) { return request("GET", std::move(target)); }
    TestRequest post(std::string target) { return request("POST", std::move(target)); }
    TestRequest put(std::string target) { return request("PUT", std::move(target)); }
    TestRequest patch(std::string target) { return request("PATCH", std::move(target)); }
    TestRequest del(std::string target) { return request("DELETE", std::move(target)); }

    /// Runs an event's handler as if a client had sent it.
    TestAcknowledgement emit(std::string event, std::vector<Argument> arguments, std::string user_id = {});
    /// A client of the default namespace: the limit is asked and the hooks of connecting run, an Error of
    /// theirs is thrown. Signed in when `user_id` is not empty.
    TestSocket connect(std::string user_id = {}, std::string role = "user", std::string address = "10.0.0.1");
    /// The same as this user, whose session may be of one's choice.
    TestSocket connect(const User& user, std::string address = "10.0.0.1");
    /// Runs every job that is due, those it enqueues included; returns how many ran.
    std::size_t run_jobs();

    FakeClock& clock();
    Database& database();
    Store& store();
    Events& events();
    /// Who this server is. Beside it there are no nodes but those of add_node().
    Nodes& nodes();
    /// Another server on the same store, as far as can be seen of it: it lives until it is lost.
    void add_node(const std::string& id);
    /// When this returns, whoever listens has been told.
    void lose_node(const std::string& id);
    /// What was mailed so far (run_jobs() sends).
    std::vector<SentMail> mails() const;
    /// Every tag given to Host::purge(), in order.
    std::vector<std::string> purged() const;
    /// A service a plugin provides; null when none does.
    template <class T>
    T* find() {
        return static_cast<T*>(look_up(T::service, typeid(T)));
    }

private:
    friend class TestRequest;
    void provide(std::string_view service, const std::type_info& type, void* provider);
    void* look_up(std::string_view service, const std::type_info& type);

    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace mortise::testing
