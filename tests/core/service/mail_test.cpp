// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

#include <mortise/testing/fake_clock.h>

#include "core/net/certificate.h"
#include "core/service/loopback_server.h"
#include "core/service_database/backends.h"
#include "observe/metrics_registry.h"
#include "service/core_migrations.h"
#include "service/job_service.h"
#include "service/mail_service.h"

using namespace mortise;
using namespace mortise::service;
using namespace mortise::tests;
using namespace std::chrono_literals;
using Poco::Net::StreamSocket;

namespace {

// A mail server that believes everybody, and remembers what they said.
class SmtpSink {
public:
    struct Manners {
        bool offers_starttls = false;
        bool tls_at_once = false;
        std::string auth = {};  ///< "PLAIN LOGIN"
        std::string greeting = "220 sink";
        std::string recipient_reply = "250 ok";
        std::optional<TestCertificate*> certificate = {};
    };

    explicit SmtpSink(Manners manners)
        : manners_(std::move(manners)),
          server_([this](StreamSocket& socket, int) { talk(socket); },
                  manners_.tls_at_once ? context() : nullptr) {}

    std::uint16_t port() const { return server_.port(); }
    int connections() const { return server_.connections(); }
    std::string commands() {
        const std::lock_guard lock(mutex_);
        return commands_;
    }
    std::vector<std::string> mails() {
        const std::lock_guard lock(mutex_);
        return mails_;
    }

private:
    Poco::Net::Context::Ptr context() const {
        Poco::Net::Context::Params parameters;
        parameters.certificateFile = (*manners_.certificate)->certificate();
        parameters.privateKeyFile = (*manners_.certificate)->key();
        parameters.verificationMode = Poco::Net::Context::VERIFY_NONE;
        return new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, parameters);
    }
    void talk(StreamSocket& first) {
        StreamSocket socket = first;
        say(socket, manners_.greeting + "\r\n");
        while (true) {
            const std::string line = read_until(socket, "\r\n");
            {
                const std::lock_guard lock(mutex_);
                commands_ += line;
            }
            if (line.starts_with("EHLO")) {
                say(socket, "250-sink\r\n");
                if (manners_.offers_starttls) say(socket, "250-STARTTLS\r\n");
                if (!manners_.auth.empty()) say(socket, "250-AUTH " + manners_.auth + "\r\n");
                say(socket, "250 8BITMIME\r\n");
            } else if (line == "STARTTLS\r\n") {
                say(socket, "220 go\r\n");
                socket = Poco::Net::SecureStreamSocket::attach(socket, context());
            } else if (line.starts_with("AUTH PLAIN")) {
                say(socket, "235 welcome\r\n");
            } else if (line.starts_with("RCPT")) {
                say(socket, manners_.recipient_reply + "\r\n");
            } else if (line == "DATA\r\n") {
                say(socket, "354 go\r\n");
                const std::string mail = read_until(socket, "\r\n.\r\n");
                {
                    const std::lock_guard lock(mutex_);
                    mails_.push_back(mail);
                }
                say(socket, "250 queued\r\n");
            } else {
                say(socket, "250 ok\r\n");
            }
        }
    }

    const Manners manners_;
    std::mutex mutex_;
    std::string commands_;
    std::vector<std::string> mails_;
    LoopbackServer server_;
};

MailSettings plain_settings(std::uint16_t port) {
    return {.host = "127.0.0.1",
            .port = port,
            .security = MailSecurity::none,
            .from = "Mortise <no-reply@example.org>"};
}

struct MailBench {
    explicit MailBench(const MailSettings& settings)
        : database("sqlite in memory"),
          jobs({}, *database, clock, *job_metrics, Log{}),
          service(MailTransport::from(settings, clock), {}, jobs, clock, registry.for_part("mail"), Log{}),
          mail(service) {
        migrate(*database, {core_migrations()});
    }
    JobState state() { return jobs.table().list({}).at(0).state; }

    test::FreshDatabase database;
    testing::FakeClock clock;
    observe::MetricsRegistry registry;
    std::unique_ptr<Metrics> job_metrics = registry.for_part("jobs");
    JobService jobs;
    MailService service;
    Mail& mail;
};

const MailMessage hello{.to = {"ada@example.org"}, .subject = "Hello", .text = "Hi Ada"};

}  // namespace

TEST_CASE("a mail arrives at the server byte for byte as composed") {
    SmtpSink sink({});
    MailBench bench(plain_settings(sink.port()));
    bench.mail.send(hello);
    CHECK(sink.connections() == 0);
    CHECK(bench.jobs.run_due() == 1);
    CHECK(sink.commands() ==
          "EHLO example.org\r\nMAIL FROM:<no-reply@example.org>\r\nRCPT TO:<ada@example.org>\r\nDATA\r\n");
    REQUIRE(sink.mails().size() == 1);
    const std::string mail = sink.mails().front();
    const auto id = mail.find("Message-ID: <");
    REQUIRE(id != std::string::npos);
    CHECK(mail.substr(0, id) ==
          "From: \"Mortise\" <no-reply@example.org>\r\n"
          "To: ada@example.org\r\n"
          "Subject: Hello\r\n"
          "Date: Tue, 01 Jan 2030 12:00:00 +0000\r\n");
    CHECK(mail.substr(mail.find("Auto-Submitted")) ==
          "Auto-Submitted: auto-generated\r\n"
          "MIME-Version: 1.0\r\n"
          "Content-Type: text/plain; charset=utf-8\r\n"
          "Content-Transfer-Encoding: base64\r\n"
          "\r\n"
          "SGkgQWRh\r\n"
          ".\r\n");
    CHECK(bench.state() == JobState::done);
    CHECK_THAT(bench.registry.text(), Catch::Contains("mortise_mail_deliveries_total{outcome=\"sent\"} 1\n"));
}

TEST_CASE("a text with dots, bare line feeds and long lines can't end the message or break it") {
    SmtpSink sink({});
    MailBench bench(plain_settings(sink.port()));
    bench.mail.send({.to = {"ada@example.org"},
                     .subject = "x",
                     .text = "a\n.\nMAIL FROM:<b@c>\r\n.\r\n" + std::string(5000, '.')});
    bench.jobs.run_due();
    REQUIRE(sink.mails().size() == 1);
    CHECK_THAT(sink.commands(), !Catch::Contains("b@c"));
    std::istringstream lines(sink.mails().front());
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 78);
}

TEST_CASE("a subject beyond ASCII is encoded in whole characters, each line short") {
    std::string subject;
    for (int letter = 0; letter < 100; ++letter) subject += "\xC3\xA4";
    const std::string text =
        compose({.to = {"a@b"}, .subject = subject, .text = ""}, Sender::parse("a@b"), "id", {});
    const auto begin = text.find("Subject: ");
    const std::string header = text.substr(begin, text.find("\r\nDate:") - begin);
    CHECK_THAT(header, Catch::Contains("=?utf-8?B?w6TDpMOk"));
    CHECK_THAT(header, Catch::Contains("?=\r\n =?utf-8?B?w6TDp"));
    CHECK(header.find('\xC3') == std::string::npos);
}

TEST_CASE("with html both forms are sent, and several recipients do not see each other") {
    SmtpSink sink({});
    MailBench bench(plain_settings(sink.port()));
    bench.mail.send(
        {.to = {"ada@example.org", "bob@example.org"}, .subject = "x", .text = "plain", .html = "<b>"});
    bench.jobs.run_due();
    REQUIRE(sink.mails().size() == 1);
    const std::string mail = sink.mails().front();
    CHECK_THAT(mail, Catch::Contains("Content-Type: multipart/alternative; boundary=\"_."));
    CHECK_THAT(mail, Catch::Contains("text/plain; charset=utf-8"));
    CHECK_THAT(mail, Catch::Contains("text/html; charset=utf-8"));
    CHECK_THAT(mail, Catch::Contains("To: undisclosed-recipients:;\r\n"));
    CHECK_THAT(mail, !Catch::Contains("bob"));
    CHECK_THAT(sink.commands(),
               Catch::Contains("RCPT TO:<ada@example.org>\r\nRCPT TO:<bob@example.org>\r\n"));
}

TEST_CASE("nothing a user typed adds a header or a recipient") {
    SmtpSink sink({});
    MailBench bench(plain_settings(sink.port()));
    for (const char* address : {"", "ada", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nBcc: c@d", "a@b,c@d",
                                "<a@b>", "a@b>", "\"a\"@b", "\xC3\xA4@b"})
        CHECK_THROWS_AS(bench.mail.send({.to = {address}, .subject = "x", .text = ""}),
                        std::invalid_argument);
    for (const char* subject : {"", "a\r\nBcc: c@d", "a\nb", "a\x7f", "\xFF"})
        CHECK_THROWS_AS(bench.mail.send({.to = {"a@b"}, .subject = subject, .text = ""}),
                        std::invalid_argument);
    CHECK_THROWS_AS(bench.mail.send({.to = {}, .subject = "x", .text = ""}), std::invalid_argument);
    CHECK_THROWS_AS(bench.mail.send({.to = {"a@b"}, .subject = "x", .text = "\xFF"}), std::invalid_argument);
    CHECK(bench.jobs.run_due() == 0);
    for (const char* sender : {"", "Mortise", "Mortise <a@b", "a\r\n<a@b>", "\"x\" <a@b>"})
        CHECK_THROWS_AS(Sender::parse(sender), std::invalid_argument);
}

TEST_CASE("a mail in a transaction that rolls back is never sent") {
    SmtpSink sink({});
    MailBench bench(plain_settings(sink.port()));
    CHECK_THROWS(bench.database->write([&](Transaction& transaction) {
        bench.mail.send(transaction, hello);
        throw std::runtime_error("no");
    }));
    CHECK(bench.jobs.run_due() == 0);
    bench.database->write([&](Transaction& transaction) { bench.mail.send(transaction, hello); });
    CHECK(bench.jobs.run_due() == 1);
}

TEST_CASE("STARTTLS is used before the password is told") {
    TestCertificate certificate("localhost");
    SmtpSink sink({.offers_starttls = true, .auth = "PLAIN LOGIN", .certificate = &certificate});
    MailSettings settings = plain_settings(sink.port());
    settings.host = "localhost";
    settings.security = MailSecurity::starttls;
    settings.user = "user";
    settings.password = "secret";
    settings.authorities_file = certificate.certificate();
    MailBench bench(settings);
    bench.mail.send(hello);
    bench.jobs.run_due();
    REQUIRE(sink.mails().size() == 1);
    CHECK(sink.commands().starts_with(
        "EHLO example.org\r\nSTARTTLS\r\nEHLO example.org\r\nAUTH PLAIN AHVzZXIAc2VjcmV0\r\n"));
}

TEST_CASE("TLS from the first byte works too") {
    TestCertificate certificate("localhost");
    SmtpSink sink({.tls_at_once = true, .certificate = &certificate});
    MailSettings settings = plain_settings(sink.port());
    settings.host = "localhost";
    settings.security = MailSecurity::tls;
    settings.authorities_file = certificate.certificate();
    MailBench bench(settings);
    bench.mail.send(hello);
    bench.jobs.run_due();
    CHECK(sink.mails().size() == 1);
}

TEST_CASE("a server that offers no STARTTLS, or a strange certificate, gets neither password nor mail") {
    TestCertificate certificate("localhost");
    for (const bool offers : {false, true}) {
        SmtpSink sink({.offers_starttls = offers, .auth = "PLAIN", .certificate = &certificate});
        MailSettings settings = plain_settings(sink.port());
        settings.host = "localhost";
        settings.security = MailSecurity::starttls;
        settings.user = "user";
        settings.password = "secret";
        MailBench bench(settings);
        bench.mail.send(hello);
        bench.jobs.run_due();
        CHECK_THAT(sink.commands(), !Catch::Contains("AUTH"));
        CHECK(sink.mails().empty());
        CHECK(bench.state() == JobState::waiting);
    }
    MailSettings careless = plain_settings(1);
    careless.user = "user";
    const testing::FakeClock clock;
    CHECK_THROWS_AS(MailTransport::from(careless, clock), std::invalid_argument);
}

TEST_CASE("while the server is away the mail waits, and after five failures nobody knocks for a minute") {
    SmtpSink sink({.greeting = "421 busy"});
    MailBench bench(plain_settings(sink.port()));
    for (int mail = 0; mail < 8; ++mail) bench.mail.send(hello);
    CHECK(bench.jobs.run_due() == 8);
    CHECK(sink.connections() == 5);
    CHECK_THAT(bench.registry.text(), Catch::Contains("mortise_mail_breaker_open 1\n"));
    CHECK(bench.jobs.table().list({.state = JobState::waiting}).size() == 8);
}

TEST_CASE("a recipient the server does not know ends the matter") {
    SmtpSink sink({.recipient_reply = "550 no such user"});
    MailBench bench(plain_settings(sink.port()));
    bench.mail.send(hello);
    CHECK(bench.jobs.run_due() == 1);
    CHECK(bench.state() == JobState::done);
    CHECK(sink.mails().empty());
    CHECK_THAT(bench.registry.text(),
               Catch::Contains("mortise_mail_deliveries_total{outcome=\"refused\"} 1\n"));
}

TEST_CASE("a recipient the server takes later is tried again, under the same message id") {
    std::optional<SmtpSink> sink;
    sink.emplace(SmtpSink::Manners{.recipient_reply = "450 later"});
    MailBench bench(plain_settings(sink->port()));
    bench.mail.send(hello);
    bench.jobs.run_due();
    CHECK(bench.state() == JobState::waiting);
}

TEST_CASE("without a mail server a mail is accepted and goes nowhere") {
    MailBench bench(MailSettings{});
    CHECK_NOTHROW(bench.mail.send(hello));
    CHECK_THROWS_AS(bench.mail.send({.to = {"a@b\r\n"}, .subject = "x", .text = ""}), std::invalid_argument);
    CHECK(bench.jobs.table().list({}).empty());
}

TEST_CASE("for development mails become files that only the server's user can read") {
    const test::TemporaryFolder folder;
    MailSettings settings = plain_settings(1);
    settings.host = "file:" + (folder.path() / "mail").string();
    MailBench bench(settings);
    bench.mail.send(hello);
    bench.jobs.run_due();
    namespace fs = std::filesystem;
    const fs::directory_iterator files(folder.path() / "mail");
    REQUIRE(files != fs::directory_iterator());
    CHECK((fs::status(files->path()).permissions() & fs::perms::all) ==
          (fs::perms::owner_read | fs::perms::owner_write));
    std::ifstream file(files->path());
    const std::string text(std::istreambuf_iterator<char>(file), {});
    CHECK_THAT(text, Catch::Contains("Subject: Hello\r\n"));
}

TEST_CASE("a mail that was delivered leaves no text behind in the database") {
    SmtpSink sink({});
    MailBench bench(plain_settings(sink.port()));
    bench.mail.send({.to = {"ada@example.org"}, .subject = "Reset", .text = "token-123"});
    const auto payload = [&] {
        return std::string(bench.database->one("SELECT payload FROM mortise_jobs")->text(0));
    };
    CHECK_THAT(payload(), Catch::Contains("token-123"));
    bench.jobs.run_due();
    CHECK(payload() == "null");
}
