// SPDX-License-Identifier: Apache-2.0
// A request that is sent again because its answer was lost changes nothing twice.
#include <memory>
#include <optional>

#include <mortise/kept_response.h>
#include <mortise/sdk.h>
#include <mortise/services/metrics.h>
#include <mortise/services/route_phase.h>
#include <mortise/services/store.h>

#include "keys.h"

namespace idempotency {

using mortise::Code;
using mortise::Error;
using mortise::Request;
using mortise::Response;
using mortise::RouteDeclaration;
using mortise::Verdict;

namespace {

// A key this request holds while it runs.
struct Claim {
    std::string key;
    std::string fingerprint;
};
using ClaimPtr = std::shared_ptr<const Claim>;
constexpr std::string_view claim_name = "claim";

// What is known of a key: the request it was used for, and its answer once there is one.
std::string written(const Claim& claim, const Response* answer) {
    return mortise::write_kept({{"fingerprint", claim.fingerprint}}, answer);
}

}  // namespace

class Idempotency final : public mortise::Plugin, public mortise::Idempotency {
public:
    void start(mortise::Host& host) override {
        host_ = &host;
        store_ = &host.store();
        lifetime_ = host.options().duration("lifetime");
        running_ = host.options().duration("running");
        max_answer_ = host.options().size("max_answer");
        host.provide<mortise::Idempotency>(*this);
        const auto requests = [&](const char* outcome) {
            return host.metrics().counter("requests_total",
                                          "Requests with an Idempotency-Key, by what became of them",
                                          {{"outcome", outcome}});
        };
        run_ = requests("run");
        replayed_ = requests("replayed");
        refused_ = requests("refused");
    }

    Verdict before(Request& request, const RouteDeclaration&) override {
        const auto claim =
            std::make_shared<const Claim>(Claim{store_key_of(request), fingerprint_of(request)});
        if (!store_->is_remote()) {
            std::optional<Response> answer = take(*claim);
            if (answer) return Verdict::answer(std::move(*answer));
            request.leave(std::string(claim_name), claim);
            return Verdict::next();
        }
        return Verdict::park([this, &request, claim](const mortise::Resume& resume) {
            ask_elsewhere(claim, request, resume);
        });
    }

    void after(const Request& request, const RouteDeclaration&, Response& response) override {
        const ClaimPtr* claim = request.left<ClaimPtr>(claim_name);
        if (claim == nullptr) return;
        if (!store_->is_remote()) return settle(**claim, response);
        // Whoever repeats before this has run is told that the first request still runs, which is as good as
        // true.
        const bool has_room =
            host_->work([this, claim = *claim, answer = std::make_shared<Response>(response)] {
                settle(*claim, *answer);
            });
        if (!has_room) host_->log().warn("an answer is not kept for repeats: the workers are busy");
    }

private:
    // Takes the key for this request; an answer when it was used before. Throws Error: unprocessable for a
    // key of another body, conflict while the first request runs.
    std::optional<Response> take(const Claim& claim) {
        const std::string running = written(claim, nullptr);
        // Twice: what holds the key may end between the two questions.
        for (int attempt = 0; attempt < 2; ++attempt) {
            if (store_->set_if_absent(claim.key, running, running_)) {
                run_.add();
                return std::nullopt;
            }
            if (const auto known = store_->get(claim.key))
                return answer_of(mortise::read_kept(*known), claim);
        }
        throw still_running();
    }

    std::optional<Response> answer_of(mortise::KeptResponse kept, const Claim& claim) {
        if (kept.about.at("fingerprint").as_string() != claim.fingerprint) {
            refused_.add();
            throw Error(Code::unprocessable, "This Idempotency-Key was used for another request.")
                .named("idempotency_key_reused");
        }
        if (!kept.response) throw still_running();
        replayed_.add();
        kept.response->set_header("Idempotency-Replayed", "true");
        return std::move(kept.response);
    }

    Error still_running() {
        refused_.add();
        return Error(Code::conflict, "The first request with this Idempotency-Key is still running.")
            .named("still_running")
            .retry_after(std::chrono::seconds(1));
    }

    // The request stays where it is until it is resumed.
    void ask_elsewhere(const ClaimPtr& claim, Request& request, const mortise::Resume& resume) {
        const bool has_room = host_->work([this, claim, &request, resume] {
            try {
                if (std::optional<Response> answer = take(*claim)) return resume.answer(std::move(*answer));
                request.leave(std::string(claim_name), claim);
                resume.next();
            } catch (...) {
                resume.fail(std::current_exception());
            }
        });
        if (!has_room)
            throw Error(Code::unavailable, "Too many requests are waiting here; try again soon.")
                .retry_after(std::chrono::seconds(1));
    }

    // A fault of ours is no answer to keep: the repeat may fare better.
    void settle(const Claim& claim, const Response& response) {
        const bool is_kept =
            response.status() < 500 && response.is_in_memory() && response.body_text().size() <= max_answer_;
        if (is_kept)
            store_->set(claim.key, written(claim, &response), lifetime_);
        else
            store_->compare_and_remove(claim.key, written(claim, nullptr));
    }

    mortise::Host* host_ = nullptr;
    mortise::Store* store_ = nullptr;
    std::chrono::milliseconds lifetime_{}, running_{};
    std::size_t max_answer_ = 0;
    mortise::Counter run_, replayed_, refused_;
};

}  // namespace idempotency

MORTISE_PLUGIN(idempotency::Idempotency)
