// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include <mortise/services/database/value.h>

namespace mortise::service {

/// Values in the arrays libpq takes. Numbers and text go as text, so that the server finds their type from
/// the statement (a flag as 0 or 1 fits BOOLEAN and BIGINT alike); bytes go as they are.
/// Kept by a connection and filled again for each statement, so that nothing is allocated.
class PostgresqlParameters {
public:
    /// Throws mortise::Error (unprocessable) for text with U+0000.
    void fill(std::span<const Value> values);

    int count() const noexcept { return static_cast<int>(pointers_.size()); }
    const char* const* pointers() const noexcept { return pointers_.data(); }
    const int* sizes() const noexcept { return sizes_.data(); }
    const int* formats() const noexcept { return formats_.data(); }

private:
    std::string text_;
    std::vector<const char*> pointers_;
    std::vector<int> sizes_;
    std::vector<int> formats_;
};

}  // namespace mortise::service
