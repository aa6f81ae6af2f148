// SPDX-License-Identifier: Apache-2.0
#include <mortise/testing/test_host.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <stdexcept>

#include <mortise/error.h>
#include <mortise/text.h>

#include "app/assembly.h"
#include "app/configuration_files.h"
#include "config/configuration.h"
#include "service/mail_transport.h"
#include "testing/fake_identity.h"
#include "testing/test_exchange.h"
#include "testing/test_sockets.h"

namespace mortise::testing {

namespace {

// Stands where SMTP would, for as long as the server runs; what it took stays with the test.
class Mailbox {
public:
    class Slot final : public service::MailTransport {
    public:
        explicit Slot(Mailbox& box) : box_(box) {}
        void deliver(const MailMessage& message, const std::string&) override {
            const std::scoped_lock lock(box_.mutex_);
            for (const std::string& to : message.to)
                box_.mails_.push_back({to, message.subject, message.text});
        }

    private:
        Mailbox& box_;
    };

    std::vector<SentMail> mails() const {
        const std::scoped_lock lock(mutex_);
        return mails_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<SentMail> mails_;
};

std::shared_ptr<const User> user_of(std::string id, std::string role) {
    if (id.empty()) return nullptr;
    return std::make_shared<const User>(User{std::move(id), std::move(role), "test-session", Time::max()});
}

std::string indented(std::string_view yaml) {
    std::string text;
    while (!yaml.empty()) text += "      " + std::string(take_until(yaml, '\n')) + '\n';
    return text;
}

std::vector<std::filesystem::path> folders_of_tests() {
    std::vector<std::filesystem::path> folders = app::plugin_folders();
    for (std::string_view rest = MORTISE_BUILT_PLUGINS; !rest.empty();)
        folders.emplace_back(take_until(rest, ':'));
    return folders;
}

}  // namespace

struct TestHost::Parts {
    std::vector<std::pair<std::string, std::string>> plugins;  // names and options, in order
    std::string database_url = "sqlite::memory:";
    struct Given {
        std::string_view service;
        const std::type_info* type;
        void* provider;
    };
    std::vector<Given> given;
    FakeClock clock;
    Mailbox mailbox;
    FakeIdentity identity;
    std::vector<std::string> purged;
    std::mutex purged_mutex;
    TestSockets sockets;
    std::unique_ptr<app::Assembly> assembly;
    std::once_flag is_started;

    std::string configuration_text() const {
        std::string text = "database: { url: \"" + database_url + "\" }\nplugins:\n";
        for (const auto& [name, options] : plugins)
            text += "  - " + name + (options.empty() ? "\n" : ":\n" + indented(options));
        return text;
    }
    bool has(std::string_view service) const {
        return std::any_of(given.begin(), given.end(),
                           [&](const Given& one) { return one.service == service; });
    }
    void begin();
};

void TestHost::Parts::begin() {
    auto loaded = config::load({{"test options", configuration_text()}}, config::Environment::of_process(),
                               folders_of_tests());
    if (!loaded.configuration) {
        std::string faults;
        for (const config::Fault& fault : loaded.faults) faults += config::to_string(fault) + '\n';
        throw std::runtime_error(faults);
    }
    bool has_identity = has(Identity::service);
    for (const config::PluginSetup& setup : loaded.configuration->plugins)
        has_identity |= std::count(setup.manifest->provides.begin(), setup.manifest->provides.end(),
                                   Identity::service) > 0;

    app::Substitutes substitutes;
    substitutes.clock = &clock;
    substitutes.mail_transport = [this] { return std::make_unique<Mailbox::Slot>(mailbox); };
    substitutes.switchboard = &sockets;
    substitutes.is_quiet = true;
    substitutes.without_jobs = true;  // run_jobs() runs them
    substitutes.on_purge = [this](std::string_view tag) {
        const std::scoped_lock lock(purged_mutex);
        purged.emplace_back(tag);
    };
    assembly = std::make_unique<app::Assembly>(std::move(*loaded.configuration), substitutes);
    for (const Given& one : given) assembly->provide(one.service, *one.type, one.provider);
    if (!has_identity)
        assembly->provide(Identity::service, typeid(Identity), static_cast<Identity*>(&identity));
    assembly->start();
    sockets.serve(assembly->sockets());
    assembly->open();
}

TestHost::TestHost(std::string plugin, std::string options) : parts_(std::make_unique<Parts>()) {
    parts_->plugins.emplace_back(std::move(plugin), std::move(options));
}

TestHost::~TestHost() {
    stop();
}

TestHost& TestHost::beside(std::string plugin, std::string options) {
    parts_->plugins.insert(parts_->plugins.end() - 1, {std::move(plugin), std::move(options)});
    return *this;
}

TestHost& TestHost::on_database(std::string url) {
    parts_->database_url = std::move(url);
    return *this;
}

void TestHost::start() {
    std::call_once(parts_->is_started, [this] { parts_->begin(); });
}

void TestHost::stop() {
    parts_->assembly.reset();
}

TestRequest TestHost::request(std::string method, std::string target) {
    start();
    return {*this, std::move(method), std::move(target)};
}

TestAcknowledgement TestHost::emit(std::string event, std::vector<Argument> arguments, std::string user_id) {
    start();
    TestSocket::Client socket(parts_->sockets, "test-socket", user_of(std::move(user_id), "user"),
                              "10.0.0.1");
    const Arguments answered = socket.handle(std::move(event), std::move(arguments));
    TestAcknowledgement done;
    if (answered.size() > 0) done.acknowledgement = parse_json("[" + answered.text() + "]").at(0);
    for (TestSocket::Client::Received& each : socket.take_all())
        done.emitted.emplace_back(std::move(each.event), std::move(each.arguments));
    return done;
}

TestSocket TestHost::connect(std::string user_id, std::string role, std::string address) {
    start();
    return TestSocket(
        parts_->sockets.connect(user_of(std::move(user_id), std::move(role)), std::move(address)));
}

TestSocket TestHost::connect(const User& user, std::string address) {
    start();
    return TestSocket(parts_->sockets.connect(std::make_shared<const User>(user), std::move(address)));
}

std::size_t TestHost::run_jobs() {
    start();
    return parts_->assembly->services().jobs().run_due();
}

FakeClock& TestHost::clock() {
    return parts_->clock;
}

Database& TestHost::database() {
    start();
    return parts_->assembly->services().database();
}

Store& TestHost::store() {
    start();
    return parts_->assembly->services().store();
}

Events& TestHost::events() {
    start();
    return parts_->assembly->services().events();
}

Nodes& TestHost::nodes() {
    start();
    return parts_->assembly->services().nodes();
}

void TestHost::add_node(const std::string& id) {
    store().set(service::NodeWatch::lease_key(id), "");
}

void TestHost::lose_node(const std::string& id) {
    store().remove(service::NodeWatch::lease_key(id));
    parts_->assembly->services().nodes().tell_lost(id);
}

std::vector<SentMail> TestHost::mails() const {
    return parts_->mailbox.mails();
}

std::vector<std::string> TestHost::purged() const {
    const std::scoped_lock lock(parts_->purged_mutex);
    return parts_->purged;
}

void TestHost::provide(std::string_view service, const std::type_info& type, void* provider) {
    parts_->given.push_back({service, &type, provider});
}

void* TestHost::look_up(std::string_view service, const std::type_info& type) {
    start();
    return parts_->assembly->plugins().look_up(service, type);
}

TestRequest::TestRequest(TestHost& host, std::string method, std::string target)
    : host_(host), method_(std::move(method)), target_(std::move(target)) {}

TestRequest& TestRequest::header(std::string name, std::string value) {
    headers_.emplace_back(std::move(name), std::move(value));
    return *this;
}

TestRequest& TestRequest::as(std::string user_id, std::string role) {
    return bearer(FakeIdentity::token(user_id, role));
}

TestRequest& TestRequest::bearer(std::string_view token) {
    return header("Authorization", "Bearer " + std::string(token));
}

TestRequest& TestRequest::json(const JsonObject& body) {
    return this->body(to_text(body), "application/json");
}

TestRequest& TestRequest::body(std::string bytes, std::string content_type) {
    body_ = std::move(bytes);
    return header("Content-Type", std::move(content_type));
}

TestRequest& TestRequest::from(std::string client_address) {
    client_address_ = std::move(client_address);
    return *this;
}

TestResponse TestRequest::send() {
    auto exchange =
        std::make_shared<TestExchange>(SentRequest{std::move(method_), std::move(target_), std::move(body_),
                                                   std::move(client_address_), std::move(headers_)});
    return exchange->run(host_.parts_->assembly->application());
}

std::string_view TestResponse::header(std::string_view name) const {
    for (const auto& [known, value] : headers)
        if (equals_ignoring_case(known, name)) return value;
    return {};
}

Json TestResponse::json() const {
    return parse_json(body);
}

}  // namespace mortise::testing
