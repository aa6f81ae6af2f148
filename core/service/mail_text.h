// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mortise/services/mail.h>
#include <mortise/time.h>

namespace mortise::service {

/// Who sends: "Mortise <no-reply@example.org>" or the address alone.
struct Sender {
    std::string name;  ///< may be empty
    std::string address;

    /// Throws std::invalid_argument.
    static Sender parse(std::string_view text);
};

/// Throws std::invalid_argument unless every address and text of the message may be sent (see Mail).
void check(const MailMessage& message);

/// The message as RFC 5322 wants it: ASCII with CR LF, bodies in base64, so that nothing in them can end
/// the message, add a header or be broken by a line length. The message must have passed check().
std::string compose(const MailMessage& message, const Sender& sender, std::string_view id, Time time);

}  // namespace mortise::service
