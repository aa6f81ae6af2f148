// SPDX-License-Identifier: Apache-2.0
#include "post_list.h"

#include <cstdint>
#include <span>

#include <mortise/http.h>
#include <mortise/text.h>

#include "post_search.h"

namespace posts {

using mortise::Value;

namespace {

struct Total {
    std::int64_t total = 0;
};
BOOST_DESCRIBE_STRUCT(Total, (), (total))

// A SELECT in the making. The texts behind its values must outlive it: they are the scope's, the query's
// and ours.
class Selection {
public:
    Selection(mortise::Dialect dialect, const Scope& scope, const PostQuery& query)
        : time_(scope.only_published ? "published_at" : "created_at") {
        if (scope.only_published) where("status = ?", published);
        if (query.status) where("status = ?", *query.status);
        if (scope.author) where("author_id = ?", *scope.author);
        if (query.author) where("author_id = ?", *query.author);
        if (query.category) where("category = ?", *query.category);
        if (!scope.categories.empty()) where_any_of(scope.categories);
        if (query.tag) where("id IN (SELECT post_id FROM post_tags WHERE tag = ?)", *query.tag);
        if (query.search) {
            search_ = search_condition(dialect, *query.search);
            where(search_.sql, search_.words);
        }
    }
    Selection(const Selection&) = delete;
    Selection& operator=(const Selection&) = delete;

    // Everything after the post the cursor stands for.
    void start_after(const mortise::TimeMark& mark) {
        where("(" + std::string(time_) + ", id) < (?, ?)", mark.time);
        add(mark.id);
    }
    void add(Value value) { values_.push_back(value); }

    std::string rows(std::string_view end) const {
        return "SELECT " + std::string(post_columns) + " FROM posts" + conditions_ + " ORDER BY " +
               std::string(time_) + " DESC, id DESC" + std::string(end);
    }
    std::string count() const { return "SELECT count(*) AS total FROM posts" + conditions_; }
    std::span<const Value> values() const { return values_; }

private:
    void where(std::string_view condition, Value value) {
        conditions_ += conditions_.empty() ? " WHERE " : " AND ";
        conditions_ += condition;
        values_.push_back(value);
    }
    void where_any_of(const std::vector<std::string>& categories) {
        std::string marks = "category IN (?";
        for (std::size_t more = 1; more < categories.size(); ++more) marks += ", ?";
        where(marks + ")", categories.front());
        values_.insert(values_.end(), categories.begin() + 1, categories.end());
    }

    std::string_view time_;
    SearchCondition search_;
    std::string conditions_;
    std::vector<Value> values_;
};

mortise::TimeMark mark_of(const Scope& scope, const Post& post) {
    return {scope.only_published ? post.published_at.value_or(mortise::Time{}) : post.created_at, post.id};
}

}  // namespace

mortise::Shape<PostQuery> post_query_shape() {
    auto shape = mortise::page_shape<PostQuery>();
    shape.at(&PostQuery::category).length(1, 60);
    shape.at(&PostQuery::tag).length(1, 40);
    shape.at(&PostQuery::author).length(1, 100).about("The id of a person.");
    shape.at(&PostQuery::search)
        .length(1, 200)
        .about("Words that title and body hold; the last may be a beginning.");
    shape.at(&PostQuery::status).one_of({std::string(draft), std::string(published)});
    return shape;
}

mortise::Shape<CategoriesQuery> categories_query_shape() {
    auto shape = mortise::page_shape<CategoriesQuery>();
    shape.at(&CategoriesQuery::categories).items(1, 20).length(1, 60).required();
    return shape;
}

std::string query_text(const PostQuery& query) {
    std::string text;
    const mortise::Json members = mortise::parse_json(mortise::to_json_text(query));
    for (const auto& [name, value] : members.as_object()) {
        if (value.is_null()) continue;
        text += text.empty() ? '?' : '&';
        text += name;
        text += '=' + mortise::percent_encode(value.is_string() ? std::string(value.as_string())
                                                                : mortise::to_text(value));
    }
    return text;
}

mortise::Response PostList::list(const Scope& scope, const PostQuery& query) const {
    if (query.page) return mortise::to_response(by_number(scope, query));
    return mortise::to_response(by_cursor(scope, query));
}

mortise::Page<Post> PostList::by_cursor(const Scope& scope, const PostQuery& query) const {
    Selection selection(database_.dialect(), scope, query);
    const auto mark = mortise::TimeMark::in(query.cursor, {});
    if (query.cursor) selection.start_after(mark);
    selection.add(query.limit + 1);
    auto rows = database_.query_as<Post>(mortise::Reading::replica_ok, selection.rows(" LIMIT ?"),
                                         selection.values());
    return mortise::make_page(std::move(rows), query.limit,
                              [&](const Post& post) { return mark_of(scope, post).values(); });
}

mortise::NumberedPage<Post> PostList::by_number(const Scope& scope, const PostQuery& query) const {
    const std::int64_t before = mortise::items_before(query);
    Selection selection(database_.dialect(), scope, query);
    const std::string count = selection.count();
    const std::vector<Value> count_values(selection.values().begin(), selection.values().end());
    selection.add(query.limit);
    selection.add(before);

    mortise::NumberedPage<Post> page;
    database_.read(mortise::Reading::replica_ok, [&](mortise::Reader& reader) {
        page.data = reader.query_as<Post>(selection.rows(" LIMIT ? OFFSET ?"), selection.values());
        page.pagination =
            mortise::number_page(query, reader.query_as<Total>(count, count_values).front().total);
    });
    return page;
}

}  // namespace posts
