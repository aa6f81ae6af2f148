// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <mortise/export.h>
#include <mortise/json.h>
#include <mortise/shared_text.h>

namespace mortise {

/// Takes the bytes of a streamed response body. Used on a worker thread, inside the body's function only.
class MORTISE_API BodyWriter {
public:
    virtual ~BodyWriter();
    /// Hands over bytes; waits while the client is slower than we are. Throws Error(request_timeout)
    /// when the client has gone or makes no progress.
    virtual void write(std::string_view bytes) = 0;
};

/// What a handler answers with: a status, headers and one kind of body.
///
/// The server adds Content-Length or chunking, Date, X-Request-Id, CORS and security headers,
/// compression and, for GET of single values, an ETag; a handler does not write those.
class MORTISE_API Response {
public:
    using Header = std::pair<std::string, std::string>;
    /// A regular file; Range and If-Modified-Since are answered by the server.
    struct File {
        std::filesystem::path path;
    };
    /// Called once on a worker thread; what it writes goes out chunked. When it throws, the connection
    /// is cut so that the client cannot take half a body for a whole one.
    using Stream = std::function<void(BodyWriter&)>;
    using Body = std::variant<std::string, SharedText, File, Stream>;

    /// No body. Status 0 means: the status the route declared with .returns<T>(), else 200.
    explicit Response(int status = 0);

    static Response text(std::string body, int status = 0);
    static Response json(const Json& body, int status = 0);
    /// Text that is JSON already.
    static Response json_text(std::string body, int status = 0);
    static Response bytes(std::string_view content_type, std::string body, int status = 0);
    /// A body that many answers share; it is not copied, and compressed once.
    static Response shared(std::string_view content_type, SharedText body, int status = 0);
    static Response empty(int status = 204);
    static Response redirect(std::string location, int status = 302);
    /// A file's bytes; an empty content type is media_type_of(path). The file is opened
    /// when the answer is written: a file that is not there is then a 404.
    static Response file(std::filesystem::path path, std::string_view content_type = {});
    static Response stream(std::string_view content_type, Stream body, int status = 0);

    int status() const { return status_; }
    void set_status(int status) { status_ = status; }

    /// Replaces every header of that name. Names and values with control characters are refused
    /// with std::invalid_argument: a value from outside can't add a header.
    void set_header(std::string_view name, std::string_view value);
    /// Adds one more header (Set-Cookie, Vary).
    void add_header(std::string_view name, std::string_view value);
    void remove_header(std::string_view name);
    /// The first header of that name, whatever its case; null when absent.
    const std::string* header(std::string_view name) const;
    const std::vector<Header>& headers() const { return headers_; }

    const Body& body() const { return body_; }
    Body& body() { return body_; }
    /// Whether the body is a text, if an empty one: no file and no stream.
    bool is_in_memory() const;
    /// The body when it is held in memory; empty for files and streams.
    std::string_view body_text() const;

private:
    int status_;
    std::vector<Header> headers_;
    Body body_;
};

}  // namespace mortise
