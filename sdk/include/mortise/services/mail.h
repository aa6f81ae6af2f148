// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <mortise/export.h>

namespace mortise {

class Transaction;

struct MailMessage {
    std::vector<std::string> to;  ///< addresses alone ("ada@example.org"), 1 to 100
    std::string subject;          ///< UTF-8, one line, up to 200 characters
    std::string text;             ///< UTF-8, any line ends, up to 256 KiB
    std::string html = {};        ///< empty: plain text only
};

/// Sends e-mail by a job: send() returns when the message is safely queued, not when it is delivered.
///
/// A message is tried again for about a day while the mail server is away, then it is dead (see Jobs). The
/// sender is the operator's. Without `mail:` in the configuration every message is accepted and a warning
/// with its subject, never its text, takes the place of delivery; so "forgot password" answers alike
/// everywhere. For development `mail.host: "file:data/mail"` keeps messages as .eml files instead.
///
/// Throws std::invalid_argument for an address or subject that is not allowed (a line break, a comma, no
/// '@', an address beyond ASCII): nothing a user typed can add a header or a recipient.
class MORTISE_API Mail {
public:
    virtual ~Mail();
    virtual void send(const MailMessage& message) = 0;
    /// Queued only if the transaction commits.
    virtual void send(Transaction& transaction, const MailMessage& message) = 0;
};

}  // namespace mortise
