// SPDX-License-Identifier: Apache-2.0
#include <mortise/sdk.h>
#include <mortise/services/clock.h>
#include <mortise/services/events.h>
#include <mortise/services/jobs.h>
#include <mortise/services/people.h>

#include "attachments.h"
#include "change_post.h"
#include "comments.h"
#include "forget.h"
#include "likes.h"
#include "post.h"
#include "post_list.h"
#include "read_post.h"
#include "tag_list.h"

namespace posts {

using mortise::Request;
using mortise::Response;

constexpr const char* forget_job = "posts.forget_person";
constexpr const char* list_tag = "posts";       // every list of published posts, tags and categories
constexpr const char* below_tag = "post:{id}";  // comments and likes of one post

class Posts final : public mortise::Plugin {
public:
    void start(mortise::Host& host) override {
        host_ = &host;
        list_.emplace(host.database());
        comments_.emplace(host.database(), host.clock());
        likes_.emplace(host.database(), host.clock());
        offer_lists(host.http());
        offer_posts(host.http());
        offer_comments(host.http());
        offer_likes(host.http());
        host.jobs().handle(forget_job, this, &Posts::forget);
    }

    void ready() override {
        attachments_.emplace(host_->database(), host_->find<mortise::Files>());
        writer_.emplace(host_->database(), host_->clock(), *attachments_);
        person_deleted_ =
            host_->events().subscribe(mortise::person_deleted_topic, this, &Posts::on_person_deleted);
    }
    void stop() override { person_deleted_ = {}; }

private:
    void offer_lists(mortise::Http& http) {
        const auto lifetime = host_->options().duration("list_lifetime");
        http.get("/api/v1/posts", this, &Posts::list)
            .summary("Lists published posts, the newest first")
            .query(post_query_shape())
            .returns<mortise::Page<Post>>()
            .cached(lifetime, list_tag)
            .shared();
        http.get("/api/v1/posts/category/{category}", this, &Posts::list_category)
            .summary("Lists the published posts of a category")
            .query(post_query_shape())
            .returns<mortise::Page<Post>>()
            .cached(lifetime, list_tag)
            .shared();
        http.get("/api/v1/posts/categories", this, &Posts::list_categories)
            .summary("Lists the published posts of several categories")
            .query(categories_query_shape())
            .returns<mortise::Page<Post>>()
            .cached(lifetime, list_tag)
            .shared();
        http.get("/api/v1/posts/category", this, &Posts::categories)
            .summary("Lists the categories, the most used first")
            .query(uses_query_shape())
            .returns<Uses>()
            .cached(lifetime, list_tag)
            .shared();
        http.get("/api/v1/posts/tags", this, &Posts::tags)
            .summary("Lists the tags, the most used first")
            .query(uses_query_shape())
            .returns<Uses>()
            .cached(lifetime, list_tag)
            .shared();
        http.get("/api/v1/posts/mine", this, &Posts::list_own)
            .summary("Lists one's own posts, drafts too")
            .requires_user()
            .query(post_query_shape())
            .returns<mortise::Page<Post>>();
        http.get("/api/v1/admin/posts", this, &Posts::list_all)
            .summary("Lists everybody's posts, drafts too")
            .requires_role("admin")
            .query(post_query_shape())
            .returns<mortise::Page<Post>>();
    }

    void offer_posts(mortise::Http& http) {
        const auto new_post = post_shape<NewPost>(host_->options());
        http.post("/api/v1/posts", this, &Posts::create)
            .summary("Writes a post")
            .requires_user()
            .body(new_post)
            .returns<Post>(201)
            .idempotent();
        http.get("/api/v1/posts/slug/{slug}", this, &Posts::read_named)
            .summary("Shows a post by its slug")
            .returns<Post>();
        http.get("/api/v1/posts/{id}", this, &Posts::read).summary("Shows a post").returns<Post>();
        http.put("/api/v1/posts/{id}", this, &Posts::replace)
            .summary("Replaces a post")
            .requires_user()
            .body(new_post)
            .returns<Post>();
        http.patch("/api/v1/posts/{id}", this, &Posts::change)
            .summary("Changes parts of a post")
            .requires_user()
            .body(post_shape<PostChanges>(host_->options()))
            .returns<Post>()
            .idempotent();
        http.del("/api/v1/posts/{id}", this, &Posts::remove)
            .summary("Deletes a post with its comments and likes")
            .requires_user()
            .returns_nothing();
        http.get("/api/v1/posts/{id}/attachments/{file}", this, &Posts::send_attachment)
            .summary("Downloads a file of a post");
    }

    void offer_comments(mortise::Http& http) {
        const auto text = comment_shape(host_->options());
        http.get("/api/v1/posts/{id}/comments", this, &Posts::list_comments)
            .summary("Lists the comments on a post, the oldest first")
            .query(mortise::page_shape<mortise::PageQuery>())
            .returns<mortise::Page<Comment>>()
            .cached(host_->options().duration("list_lifetime"), below_tag)
            .shared();
        http.post("/api/v1/posts/{id}/comments", this, &Posts::add_comment)
            .summary("Comments on a post")
            .requires_user()
            .limit("message")
            .body(text)
            .returns<Comment>(201)
            .idempotent();
        http.get("/api/v1/posts/{id}/comments/{comment}", this, &Posts::read_comment)
            .summary("Shows a comment")
            .returns<Comment>();
        http.patch("/api/v1/posts/{id}/comments/{comment}", this, &Posts::change_comment)
            .summary("Changes one's own comment")
            .requires_user()
            .body(text)
            .returns<Comment>()
            .idempotent();
        http.del("/api/v1/posts/{id}/comments/{comment}", this, &Posts::remove_comment)
            .summary("Deletes a comment")
            .requires_user()
            .returns_nothing();
    }

    void offer_likes(mortise::Http& http) {
        http.get("/api/v1/posts/liked", this, &Posts::liked)
            .summary("Tells which of some posts one likes")
            .requires_user()
            .query(liked_query_shape())
            .returns<Liked>();
        http.get("/api/v1/posts/{id}/likes", this, &Posts::list_likes)
            .summary("Lists who likes a post, the latest first")
            .query(mortise::page_shape<mortise::PageQuery>())
            .returns<mortise::Page<Like>>()
            .cached(host_->options().duration("list_lifetime"), below_tag)
            .shared();
        http.put("/api/v1/posts/{id}/like", this, &Posts::like)
            .summary("Likes a post")
            .requires_user()
            .returns<Liking>();
        http.del("/api/v1/posts/{id}/like", this, &Posts::unlike)
            .summary("Takes one's like back")
            .requires_user()
            .returns<Liking>();
    }

    Response list(const Request& request) const {
        const auto& query = request.query<PostQuery>();
        // The answer here is the same for everybody and kept for all, so one's own drafts are somewhere else.
        if (query.status == draft) return Response::redirect("/api/v1/posts/mine" + query_text(query), 307);
        return list_->list({}, query);
    }
    Response list_category(const Request& request) const {
        Scope scope;
        scope.categories.emplace_back(request.param("category"));
        return list_->list(scope, request.query<PostQuery>());
    }
    Response list_categories(const Request& request) const {
        const auto& asked = request.query<CategoriesQuery>();
        PostQuery query;
        static_cast<mortise::PageQuery&>(query) = asked;
        Scope scope;
        scope.categories = asked.categories;
        return list_->list(scope, query);
    }
    Response list_own(const Request& request) const {
        return list_->list(Scope::every_post_of(request.signed_in().id), request.query<PostQuery>());
    }
    Response list_all(const Request& request) const {
        return list_->list(Scope::every_post_of({}), request.query<PostQuery>());
    }
    Uses tags(const Request& request) const {
        return count_tags(host_->database(), request.query<UsesQuery>().limit);
    }
    Uses categories(const Request& request) const {
        return count_categories(host_->database(), request.query<UsesQuery>().limit);
    }

    Response create(const Request& request) const {
        const Post post = told(writer_->create(request));
        Response response = post_response(post);
        response.set_header("Location", "/api/v1/posts/" + post.id);
        return response;
    }
    Response read(const Request& request) const {
        return post_response(host_->database().read([&](mortise::Reader& reader) {
            return require_post(reader, request.param("id"), request.user());
        }));
    }
    Response read_named(const Request& request) const {
        return post_response(host_->database().read([&](mortise::Reader& reader) {
            return require_post_named(reader, request.param("slug"), request.user());
        }));
    }
    Response replace(const Request& request) const { return post_response(told(writer_->replace(request))); }
    Response change(const Request& request) const { return post_response(told(writer_->change(request))); }
    void remove(const Request& request) const { told(writer_->remove(request)); }
    Response send_attachment(const Request& request) const { return attachments_->send(request); }

    mortise::Page<Comment> list_comments(const Request& request) const {
        return comments_->list(request.param("id"), request.query<mortise::PageQuery>());
    }
    Response read_comment(const Request& request) const { return comment_response(comments_->read(request)); }
    Response add_comment(const Request& request) const {
        const Comment comment = comments_->add(request);
        purge(comment.post_id);
        Response response = comment_response(comment);
        response.set_header("Location", "/api/v1/posts/" + comment.post_id + "/comments/" + comment.id);
        return response;
    }
    Response change_comment(const Request& request) const {
        const Comment comment = comments_->change(request);
        host_->purge("post:" + comment.post_id);
        return comment_response(comment);
    }
    void remove_comment(const Request& request) const {
        comments_->remove(request);
        purge(request.param("id"));
    }

    Liked liked(const Request& request) const {
        return likes_->liked_of(request.query<LikedQuery>().ids, request.signed_in().id);
    }
    mortise::Page<Like> list_likes(const Request& request) const {
        return likes_->list(request.param("id"), request.query<mortise::PageQuery>());
    }
    Liking like(const Request& request) const {
        return told(request, likes_->like(request.param("id"), request.signed_in().id));
    }
    Liking unlike(const Request& request) const {
        return told(request, likes_->unlike(request.param("id"), request.signed_in().id));
    }

    // Whoever caches a list hears that it is stale: of what nobody sees, nothing is told.
    Post told(ChangedPost changed) const {
        if (changed.is_public_matter()) purge(changed.post.id);
        return std::move(changed.post);
    }
    Liking told(const Request& request, const Likes::Outcome& outcome) const {
        if (outcome.changed) purge(request.param("id"));
        return outcome.liking;
    }
    void purge(std::string_view post_id) const {
        host_->purge(list_tag);
        host_->purge("post:" + std::string(post_id));
    }

    void on_person_deleted(const mortise::Event& event) const {
        if (event.from_here) host_->jobs().enqueue({.name = forget_job, .payload = event.payload});
    }
    void forget(const mortise::Job& job) const {
        forget_person(host_->database(), std::string_view(job.payload.at("userId").as_string()),
                      [&](std::string_view post_id) { host_->purge("post:" + std::string(post_id)); });
        host_->purge(list_tag);
    }

    mortise::Host* host_ = nullptr;
    std::optional<PostList> list_;
    std::optional<Comments> comments_;
    std::optional<Likes> likes_;
    std::optional<Attachments> attachments_;
    std::optional<PostWriter> writer_;
    mortise::Subscription person_deleted_;
};

}  // namespace posts
MORTISE_PLUGIN(posts::Posts)
