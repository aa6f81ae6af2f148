// SPDX-License-Identifier: Apache-2.0
#include "deadlines.h"

namespace calls {

void Deadlines::look_at(mortise::Transaction& tx, std::string_view id, std::string_view name,
                        mortise::Time due) const {
    mortise::NewJob wanted;
    wanted.name = job;
    wanted.payload = {{"id", boost::json::string(id)}, {"name", boost::json::string(name)}};
    wanted.due = due;
    jobs_.enqueue(tx, wanted);
}

}  // namespace calls
