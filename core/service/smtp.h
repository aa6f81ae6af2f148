// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "service/client_tls.h"
#include "service/mail_transport.h"

namespace mortise::service {

/// Sends by SMTP (RFC 5321), a connection for each message. The dialogue is written out here, over Poco's
/// sockets: Poco 1.11's session can't bound the time to connect, and signs in without TLS when asked to.
class SmtpTransport final : public MailTransport {
public:
    SmtpTransport(MailSettings settings, Sender sender, const Clock& clock);

    void deliver(const MailMessage& message, const std::string& id) override;

private:
    class Dialogue;

    const MailSettings settings_;
    const Sender sender_;
    const Clock& clock_;
    const ClientTls tls_;
    DeadlineWatch watch_;
};

}  // namespace mortise::service
