// SPDX-License-Identifier: Apache-2.0
#include "forget.h"

#include <cstdint>
#include <string>

#include <mortise/json.h>

namespace calls {

using mortise::Reader;

namespace {

constexpr std::int64_t step = 500;  // rows in one write: other writers wait for it

}  // namespace

void Forget::on_person_deleted(const mortise::Event& event) const {
    if (event.from_here) parts_.host.jobs().enqueue({.name = std::string(job), .payload = event.payload});
}

void Forget::forget_person(const mortise::Job& job) const {
    const std::string user_id(job.payload.at("userId").as_string());
    // A call they are still in goes into history when it ends, which is soon: their devices are gone.
    const auto seats = parts_.database.read([&](Reader& reader) { return seats_of_person(reader, user_id); });
    if (!seats.empty())
        parts_.host.jobs().enqueue(
            {.name = std::string(Forget::job),
             .payload = job.payload,
             .due = parts_.clock.now() + parts_.settings.ring + parts_.settings.grace});
    remove_all("DELETE FROM calls_log WHERE id IN (SELECT id FROM calls_log WHERE user_id = ? LIMIT ?)",
               user_id);
    remove_all(
        "DELETE FROM calls_notices WHERE id IN (SELECT id FROM calls_notices WHERE user_id = ? LIMIT ?)",
        user_id);
}

void Forget::remove_all(std::string_view sql, std::string_view user_id) const {
    while (parts_.database.execute(sql, user_id, step) == step) {
    }
}

}  // namespace calls
