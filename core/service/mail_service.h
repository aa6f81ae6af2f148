// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <mortise/log.h>
#include <mortise/services/clock.h>
#include <mortise/services/jobs.h>
#include <mortise/services/mail.h>
#include <mortise/services/metrics.h>

#include "service/circuit_breaker.h"
#include "service/mail_transport.h"

namespace mortise::service {

/// Queues mails as jobs ("mail.send") and delivers them through the transport, behind a circuit breaker.
class MailService final : public Mail {
public:
    /// `transport` null: mail is not configured. Registers its handler with `jobs`, which must have stopped
    /// before this goes.
    MailService(std::unique_ptr<MailTransport> transport, const BreakerSettings& breaker, Jobs& jobs,
                const Clock& clock, std::unique_ptr<Metrics> metrics, Log log);

    void send(const MailMessage& message) override;
    void send(Transaction& transaction, const MailMessage& message) override;

private:
    /// False, and logged, when mail is not configured.
    bool accept(const MailMessage& message) const;
    void deliver(const Job& job);

    const std::unique_ptr<MailTransport> transport_;
    CircuitBreaker breaker_;
    Jobs& jobs_;
    const Log log_;
    Counter sent_, failed_, refused_;
    const std::unique_ptr<Metrics> metrics_;  // last: it reads the rest
};

}  // namespace mortise::service
