// SPDX-License-Identifier: Apache-2.0
#include "service/mail_service.h"

#include <stdexcept>
#include <utility>

#include <mortise/error.h>
#include <mortise/id.h>

#include "service/mail_text.h"

namespace mortise::service {

namespace {

constexpr std::string_view job_name = "mail.send";

// 10 s, 20 s, … 1 h, 1 h: about a day.
JobOptions patience() {
    return {.attempts = 32, .first_backoff = std::chrono::seconds(10)};
}

NewJob job_for(const MailMessage& message) {
    JsonArray to;
    for (const auto& recipient : message.to) to.emplace_back(recipient);
    return {.name = std::string(job_name),
            .payload = JsonObject{{"id", new_id()},
                                  {"to", std::move(to)},
                                  {"subject", message.subject},
                                  {"text", message.text},
                                  {"html", message.html}}};
}

std::string text_in(const Json& payload, std::string_view key) {
    return std::string(payload.at(key).as_string());
}

MailMessage message_in(const Json& payload) {
    MailMessage message{.to = {},
                        .subject = text_in(payload, "subject"),
                        .text = text_in(payload, "text"),
                        .html = text_in(payload, "html")};
    for (const auto& recipient : payload.at("to").as_array()) message.to.emplace_back(recipient.as_string());
    return message;
}

}  // namespace

MailService::MailService(std::unique_ptr<MailTransport> transport, const BreakerSettings& breaker, Jobs& jobs,
                         const Clock& clock, std::unique_ptr<Metrics> metrics, Log log)
    : transport_(std::move(transport)),
      breaker_(breaker, clock),
      jobs_(jobs),
      log_(std::move(log)),
      metrics_(std::move(metrics)) {
    const auto mails = [&](const char* outcome) {
        return metrics_->counter("deliveries_total", "Attempts to hand a mail over, by how they ended",
                                 {{"outcome", outcome}});
    };
    sent_ = mails("sent");
    failed_ = mails("failed");
    refused_ = mails("refused");
    metrics_->gauge_from("breaker_open", "1 while the mail server is not called because it failed",
                         [this] { return breaker_.state() == CircuitBreaker::State::closed ? 0.0 : 1.0; });
    if (transport_)
        jobs_.handle(
            std::string(job_name), [this](const Job& job) { deliver(job); }, patience());
}

void MailService::send(const MailMessage& message) {
    if (accept(message)) jobs_.enqueue(job_for(message));
}

void MailService::send(Transaction& transaction, const MailMessage& message) {
    if (accept(message)) jobs_.enqueue(transaction, job_for(message));
}

bool MailService::accept(const MailMessage& message) const {
    check(message);
    if (transport_) return true;
    log_.warn("a mail was not sent: mail is not configured", {{"subject", message.subject}});
    return false;
}

void MailService::deliver(const Job& job) {
    auto permit = breaker_.ask();
    if (!permit)
        throw Error(Code::unavailable, "The mail server is not called now.", "the circuit breaker is open");
    try {
        transport_->deliver(message_in(job.payload), text_in(job.payload, "id"));
        permit->succeeded();
        sent_.add();
    } catch (const MailRefused& refusal) {
        // The server works; it is this message it does not want.
        permit->succeeded();
        refused_.add();
        log_.error("a mail was refused for good", {{"job", job.id}, {"what", refusal.what()}});
    } catch (...) {
        permit->failed();
        failed_.add();
        throw;
    }
}

}  // namespace mortise::service
