// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mortise/request.h>
#include <mortise/services/clock.h>
#include <mortise/services/database.h>

#include "task.h"

namespace tasks {

/// Everything that writes the table. Each verb returns after the commit.
class TaskWriter {
public:
    /// What a new task gets where its body says nothing.
    struct Defaults {
        std::string status;
        std::string priority;
    };

    TaskWriter(mortise::Database& database, const mortise::Clock& clock, Defaults defaults)
        : database_(database), clock_(clock), defaults_(std::move(defaults)) {}

    Task create(const mortise::Request& request) const;
    Task replace(const mortise::Request& request) const;
    Task change(const mortise::Request& request) const;
    /// The task that was deleted.
    Task remove(const mortise::Request& request) const;
    /// Deletes what belonged to a person who is gone.
    void forget(std::string_view user_id) const;

private:
    template <class Edit>
    Task edit(const mortise::Request& request, Edit edit) const;
    void fill(Task& task, const NewTask& body) const;

    mortise::Database& database_;
    const mortise::Clock& clock_;
    Defaults defaults_;
};

}  // namespace tasks
