// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string_view>
#include <unordered_map>

namespace mortise::service {

/// The prepared statements one connection keeps, by their text; the least recently used go first.
///
/// Statement: `std::string_view sql()`, stable while it lives, and `bool in_use()`. One text may be kept more
/// than once, for queries nested in themselves.
template <class Statement>
class StatementCache {
public:
    explicit StatementCache(std::size_t capacity) : capacity_(capacity) {}

    /// A free statement of this text, or null.
    Statement* find(std::string_view sql) {
        const auto [first, last] = places_.equal_range(sql);
        for (auto entry = first; entry != last; ++entry) {
            Statement& statement = **entry->second;
            if (statement.in_use()) continue;
            if (entry->second != kept_.begin()) kept_.splice(kept_.begin(), kept_, entry->second);
            return &statement;
        }
        return nullptr;
    }

    Statement& keep(std::unique_ptr<Statement> statement) {
        if (kept_.size() >= capacity_) drop_oldest();
        kept_.push_front(std::move(statement));
        places_.emplace(kept_.front()->sql(), kept_.begin());
        return *kept_.front();
    }

    void drop(const Statement& statement) {
        const auto [first, last] = places_.equal_range(statement.sql());
        for (auto entry = first; entry != last; ++entry)
            if (entry->second->get() == &statement) return drop(entry);
    }

    /// Calls f(Statement&) for each.
    template <class Function>
    void each(Function f) {
        for (const auto& statement : kept_) f(*statement);
    }

    std::size_t size() const noexcept { return kept_.size(); }

private:
    using Kept = std::list<std::unique_ptr<Statement>>;
    using Places = std::unordered_multimap<std::string_view, typename Kept::iterator>;

    void drop(typename Places::iterator entry) {
        const auto place = entry->second;
        places_.erase(entry);
        kept_.erase(place);
    }

    void drop_oldest() {
        for (auto place = kept_.rbegin(); place != kept_.rend(); ++place)
            if (!(*place)->in_use()) return drop(**place);
    }

    std::size_t capacity_;
    Kept kept_;
    Places places_;
};

}  // namespace mortise::service
