// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

#include <mortise/services/database.h>

namespace mortise::app {

/// Stands where the database would, in commands that only let plugins register (`mortise routes`): a plugin
/// that uses it in start() breaks its promise and is told so.
class ClosedDatabase final : public Database {
public:
    explicit ClosedDatabase(Dialect dialect) : dialect_(dialect) {}
    Dialect dialect() const noexcept override { return dialect_; }
    DatabaseFigures figures() const override { return {}; }

protected:
    void run_read(Reading, Scope, Work<Reader>) override { refuse(); }
    void run_write(Scope, Work<Transaction>) override { refuse(); }

private:
    [[noreturn]] static void refuse() {
        throw std::logic_error("the database is not open yet: use it from ready() on");
    }

    Dialect dialect_;
};

}  // namespace mortise::app
