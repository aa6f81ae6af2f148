// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include <mortise/services/clock.h>
#include <mortise/services/mail.h>

#include "service/deadline_watch.h"
#include "service/mail_text.h"

namespace mortise::service {

enum class MailSecurity {
    starttls,  ///< plain first, then TLS; a server that does not offer it is refused
    tls,       ///< from the first byte
    none,
};

struct MailSettings {
    std::string host = {};  ///< empty: mail is not configured; "file:<folder>": kept as .eml files
    std::uint16_t port = 587;
    MailSecurity security = MailSecurity::starttls;
    std::string user = {};  ///< empty: no sign-in
    std::string password = {};
    std::string from = {};
    std::chrono::milliseconds timeout = std::chrono::seconds(15);  ///< for each step
    std::string authorities_file = {};                             ///< empty: the system's
};

/// The mail server says no and will say so again: trying once more only harms our name with it.
class MailRefused : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// How a message leaves. Blocks; throws MailRefused, or any std::exception when another try may help.
class MailTransport {
public:
    virtual ~MailTransport() = default;
    virtual void deliver(const MailMessage& message, const std::string& id) = 0;

    /// What the settings ask for; null when mail is not configured. Throws std::invalid_argument for a sender
    /// that is none, std::runtime_error for a folder that can't be made.
    static std::unique_ptr<MailTransport> from(const MailSettings& settings, const Clock& clock);
};

}  // namespace mortise::service
