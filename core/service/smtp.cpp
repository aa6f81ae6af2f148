// SPDX-License-Identifier: Apache-2.0
#include "service/smtp.h"

#include <Poco/Exception.h>
#include <Poco/Net/DialogSocket.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <mortise/base64.h>

#include "service/outgoing_socket.h"

namespace mortise::service {

namespace {

namespace net = Poco::Net;

constexpr int most_steps = 20;  // of a dialogue; bounds its whole time

}  // namespace

class SmtpTransport::Dialogue {
public:
    Dialogue(const net::StreamSocket& socket, std::chrono::milliseconds timeout) : timeout_(timeout) {
        attach(socket);
    }

    void attach(const net::StreamSocket& socket) {
        socket_ = std::make_unique<net::DialogSocket>(socket);
        const Poco::Timespan time(std::chrono::microseconds(timeout_).count());
        socket_->setReceiveTimeout(time);
        socket_->setSendTimeout(time);
    }
    net::StreamSocket& socket() { return *socket_; }

    void greet() { expect(2, "the greeting"); }
    /// What the server says it can, in capitals; one line each.
    void hello(const std::string& name) {
        socket_->sendMessage("EHLO " + name);
        abilities_ = expect(2, "EHLO");
        std::ranges::transform(abilities_, abilities_.begin(), [](char letter) {
            return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter;
        });
    }
    bool can(std::string_view ability) const {
        std::istringstream lines(abilities_);
        for (std::string line; std::getline(lines, line);) {
            // "250-AUTH PLAIN LOGIN" or "250 STARTTLS"
            std::istringstream words(line.size() > 4 ? line.substr(4) : std::string());
            std::string first;
            words >> first;
            if (first == ability) return true;
            if (first == "AUTH")
                for (std::string way; words >> way;)
                    if ("AUTH " + way == ability) return true;
        }
        return false;
    }
    void command(const std::string& line, int wanted, std::string_view shown) {
        socket_->sendMessage(line);
        expect(wanted, shown);
    }
    /// A step that is about this one message: a lasting no concerns it alone, not the way to the server.
    void message_step(const std::string& text, int wanted, std::string_view shown) {
        socket_->sendString(text + "\r\n");
        std::string reply;
        const int status = socket_->receiveStatusMessage(reply);
        if (status / 100 == 5) throw MailRefused(std::string(shown) + " was answered: " + reply);
        check(status, wanted, shown, reply);
    }

private:
    std::string expect(int wanted, std::string_view step) {
        std::string reply;
        const int status = socket_->receiveStatusMessage(reply);
        check(status, wanted, step, reply);
        return reply;
    }
    static void check(int status, int wanted, std::string_view step, const std::string& reply) {
        if (status / 100 != wanted) throw std::runtime_error(std::string(step) + " was answered: " + reply);
    }

    std::chrono::milliseconds timeout_;
    std::unique_ptr<net::DialogSocket> socket_;
    std::string abilities_;
};

SmtpTransport::SmtpTransport(MailSettings settings, Sender sender, const Clock& clock)
    : settings_(std::move(settings)),
      sender_(std::move(sender)),
      clock_(clock),
      tls_(settings_.authorities_file) {
    if (!settings_.user.empty() && settings_.security == MailSecurity::none)
        throw std::invalid_argument("mail: a password is not sent over a connection without TLS");
}

void SmtpTransport::deliver(const MailMessage& message, const std::string& id) try {
    net::StreamSocket plain = connect_to(settings_.host, settings_.port, settings_.timeout);
    const auto guard = watch_.watch(static_cast<int>(plain.impl()->sockfd()),
                                    std::chrono::steady_clock::now() + most_steps * settings_.timeout);
    Dialogue dialogue(plain, settings_.timeout);
    if (settings_.security == MailSecurity::tls)
        dialogue.attach(secure(plain, settings_.host, tls_.context()));
    // Behind NAT nobody knows a better name than the one the mail comes from.
    const std::string domain = sender_.address.substr(sender_.address.find('@') + 1);
    dialogue.greet();
    dialogue.hello(domain);
    if (settings_.security == MailSecurity::starttls) {
        if (!dialogue.can("STARTTLS")) throw std::runtime_error("the mail server offers no STARTTLS");
        dialogue.command("STARTTLS", 2, "STARTTLS");
        // A new dialogue: what was said before the handshake may have been said by anybody.
        dialogue.attach(secure(plain, settings_.host, tls_.context()));
        dialogue.hello(domain);
    }
    if (!settings_.user.empty()) {
        if (dialogue.can("AUTH PLAIN")) {
            const std::string secret = '\0' + settings_.user + '\0' + settings_.password;
            dialogue.command("AUTH PLAIN " + base64_encode(secret), 2, "AUTH");
        } else if (dialogue.can("AUTH LOGIN")) {
            dialogue.command("AUTH LOGIN", 3, "AUTH");
            dialogue.command(base64_encode(settings_.user), 3, "AUTH");
            dialogue.command(base64_encode(settings_.password), 2, "AUTH");
        } else {
            throw std::runtime_error("the mail server offers no way to sign in that we know");
        }
    }
    dialogue.command("MAIL FROM:<" + sender_.address + '>', 2, "MAIL FROM");
    for (const auto& recipient : message.to)
        dialogue.message_step("RCPT TO:<" + recipient + '>', 2, "RCPT TO");
    dialogue.command("DATA", 3, "DATA");
    dialogue.message_step(compose(message, sender_, id, clock_.now()) + '.', 2, "the message");
    dialogue.socket().shutdownSend();  // QUIT would only wait for a goodbye
} catch (const Poco::Exception& fault) {
    throw std::runtime_error("the mail server " + settings_.host + ": " + fault.displayText());
}

}  // namespace mortise::service
