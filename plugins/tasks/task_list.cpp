// SPDX-License-Identifier: Apache-2.0
#include "task_list.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "may_touch.h"

namespace tasks {

using mortise::Value;

namespace {

// A way to sort: the SQL value rows are ordered by (never null, so that a cursor can compare it) and the
// same value of a task at hand.
struct Order {
    std::string_view name;
    std::string_view column;
    bool is_text;
    mortise::Json (*value)(const Task&);
};

constexpr std::int64_t never = 253'402'300'800'000;  // tasks without a due date come after those with one

mortise::Json milliseconds(mortise::Time time) {
    return time.time_since_epoch().count();
}

constexpr std::array orders{
    Order{"createdAt", "created_at", false, [](const Task& task) { return milliseconds(task.created_at); }},
    Order{"updatedAt", "updated_at", false, [](const Task& task) { return milliseconds(task.updated_at); }},
    Order{
        "dueDate", "COALESCE(due_date, 253402300800000)", false,
        [](const Task& task) { return task.due_date ? milliseconds(*task.due_date) : mortise::Json(never); }},
    Order{"title", "title", true,
          [](const Task& task) { return mortise::Json(boost::json::string(task.title)); }},
};

const Order& order_of(std::string_view sort) {
    if (sort.starts_with('-')) sort.remove_prefix(1);
    for (const Order& order : orders)
        if (order.name == sort) return order;
    return orders.front();  // the query's shape lets nothing else through
}

struct Total {
    std::int64_t total = 0;
};
BOOST_DESCRIBE_STRUCT(Total, (), (total))

// A SELECT in the making. The texts behind its values must outlive it: they are the query's and ours.
class Selection {
public:
    Selection(const mortise::User& asker, const TaskQuery& query)
        : pattern_(mortise::like_containing(query.search.value_or(""))) {
        if (!is_admin(asker)) where("created_by = ?", asker.id);
        if (query.status) where("status = ?", *query.status);
        if (query.priority) where("priority = ?", *query.priority);
        if (query.due_before) where("due_date < ?", *query.due_before);
        if (query.due_after) where("due_date > ?", *query.due_after);
        if (query.search) {
            where("(lower(title) LIKE lower(?) ESCAPE '\\' OR lower(description) LIKE lower(?) ESCAPE '\\')",
                  pattern_);
            values_.emplace_back(pattern_);
        }
    }
    Selection(const Selection&) = delete;
    Selection& operator=(const Selection&) = delete;

    void where(std::string_view condition, Value value) {
        conditions_ += conditions_.empty() ? " WHERE " : " AND ";
        conditions_ += condition;
        values_.push_back(value);
    }
    void add(Value value) { values_.push_back(value); }

    const std::string& conditions() const { return conditions_; }
    std::span<const Value> values() const { return values_; }

private:
    std::string pattern_;
    std::string conditions_;
    std::vector<Value> values_;
};

constexpr std::string_view select_tasks =
    "SELECT id, title, description, status, priority, due_date, created_by, created_at, updated_at, version "
    "FROM tasks";

std::string order_by(const Order& order, bool descending) {
    const std::string_view way = descending ? " DESC" : "";
    return " ORDER BY " + std::string(order.column) + std::string(way) + ", id" + std::string(way);
}

// Everything after the item the cursor stands for, in the list's order.
void start_after(Selection& selection, const mortise::JsonArray& mark, const Order& order, bool descending) {
    const bool fits = mark[1].is_string() && (order.is_text ? mark[0].is_string() : mark[0].is_int64());
    if (!fits) mortise::refuse_cursor();  // of a list sorted otherwise
    const Value last =
        order.is_text ? Value(std::string_view(mark[0].get_string())) : Value(mark[0].get_int64());
    const std::string_view than = descending ? " < " : " > ";
    const std::string column(order.column);
    selection.where("(" + column + ", id)" + std::string(than) + "(?, ?)", last);
    selection.add(std::string_view(mark[1].get_string()));
}

}  // namespace

mortise::Shape<TaskQuery> task_query_shape(const mortise::Options& options) {
    auto shape = mortise::page_shape<TaskQuery>();
    shape.at(&TaskQuery::status).one_of(options.texts("statuses"));
    shape.at(&TaskQuery::priority).one_of(options.texts("priorities"));
    shape.at(&TaskQuery::search).length(1, 100);
    std::vector<std::string> sorts;
    for (const Order& order : orders) {
        sorts.emplace_back(order.name);
        sorts.push_back("-" + std::string(order.name));
    }
    shape.at(&TaskQuery::sort).one_of(std::move(sorts));
    return shape;
}

mortise::Page<Task> TaskList::by_cursor(const mortise::User& asker, const TaskQuery& query) const {
    const Order& order = order_of(query.sort);
    const bool descending = query.sort.starts_with('-');
    Selection selection(asker, query);
    mortise::JsonArray mark;
    if (query.cursor) {
        mark = mortise::decode_cursor(*query.cursor, 2);
        start_after(selection, mark, order, descending);
    }
    selection.add(query.limit + 1);
    const std::string sql =
        std::string(select_tasks) + selection.conditions() + order_by(order, descending) + " LIMIT ?";
    auto rows = database_.read(mortise::Reading::replica_ok, [&](mortise::Reader& reader) {
        return reader.query_as<Task>(sql, selection.values());
    });
    return mortise::make_page(std::move(rows), query.limit, [&](const Task& task) {
        return mortise::JsonArray{order.value(task), mortise::Json(boost::json::string(task.id))};
    });
}

mortise::NumberedPage<Task> TaskList::by_number(const mortise::User& asker, const TaskQuery& query) const {
    const std::int64_t before = mortise::items_before(query);
    const Order& order = order_of(query.sort);
    Selection selection(asker, query);
    const std::string count = "SELECT count(*) AS total FROM tasks" + selection.conditions();
    const std::vector<Value> count_values(selection.values().begin(), selection.values().end());
    selection.add(query.limit);
    selection.add(before);
    const std::string sql = std::string(select_tasks) + selection.conditions() +
                            order_by(order, query.sort.starts_with('-')) + " LIMIT ? OFFSET ?";

    mortise::NumberedPage<Task> page;
    database_.read(mortise::Reading::replica_ok, [&](mortise::Reader& reader) {
        page.data = reader.query_as<Task>(sql, selection.values());
        page.pagination =
            mortise::number_page(query, reader.query_as<Total>(count, count_values).front().total);
    });
    return page;
}

}  // namespace tasks
