// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mortise/export.h>

namespace mortise {

/// The kinds of failure a client can be told about; each stands for one HTTP status.
enum class Code {
    malformed,               ///< 400: the bytes are not what they claim to be
    unauthenticated,         ///< 401: no valid identity
    forbidden,               ///< 403: a valid identity that may not
    not_found,               ///< 404
    method_not_allowed,      ///< 405
    request_timeout,         ///< 408: the client was too slow
    conflict,                ///< 409
    precondition_failed,     ///< 412
    payload_too_large,       ///< 413
    unsupported_media_type,  ///< 415
    unprocessable,           ///< 422: well-formed, but the values are not allowed
    precondition_required,   ///< 428
    rate_limited,            ///< 429
    header_too_large,        ///< 431
    internal,                ///< 500
    not_implemented,         ///< 501
    bad_gateway,             ///< 502: something behind us answered nonsense
    unavailable,             ///< 503: try again later
    gateway_timeout,         ///< 504: something behind us, or the handler, was too slow
};

/// The HTTP status of a code, 400 to 504.
MORTISE_API int status_of(Code code) noexcept;
/// The snake_case name of a code as clients see it ("not_found").
MORTISE_API std::string_view name_of(Code code) noexcept;

/// One value the client sent that is not allowed, told with its place.
struct FieldFault {
    std::string pointer;  ///< JSON pointer into the body ("/title"), or "query:limit" for a query parameter
    std::string code;     ///< snake_case reason ("too_long")
    std::string detail;   ///< one sentence for a person
};

/// A failure with two faces: `public_text` goes to the client, `private_detail` only to the log.
///
/// Thrown from handlers and middleware; the server turns it into problem+json (or a socket
/// acknowledgement). Anything else that is thrown becomes a 500 with a fixed text.
class MORTISE_API Error : public std::exception {
public:
    Error(Code code, std::string public_text, std::string private_detail = {});
    ~Error() override;
    Error(const Error&);
    Error(Error&&) noexcept;
    Error& operator=(const Error&);
    Error& operator=(Error&&) noexcept;

    /// Replaces the name clients see ("email_taken" instead of "conflict").
    Error& named(std::string name) &;
    Error&& named(std::string name) && { return std::move(named(std::move(name))); }
    /// Adds one faulty value; shown as errors[] in problem+json.
    Error& with_fault(FieldFault fault) &;
    Error&& with_fault(FieldFault fault) && { return std::move(with_fault(std::move(fault))); }
    /// Tells the client when to try again (Retry-After, whole seconds, rounded up).
    Error& retry_after(std::chrono::milliseconds wait) &;
    Error&& retry_after(std::chrono::milliseconds wait) && { return std::move(retry_after(wait)); }
    /// Adds a header to the answer ("Allow", "WWW-Authenticate").
    Error& with_header(std::string name, std::string value) &;
    Error&& with_header(std::string name, std::string value) && {
        return std::move(with_header(std::move(name), std::move(value)));
    }

    Code code() const noexcept { return code_; }
    std::string_view name() const noexcept;
    const std::string& public_text() const noexcept { return public_text_; }
    const std::string& private_detail() const noexcept { return private_detail_; }
    const std::vector<FieldFault>& faults() const noexcept { return faults_; }
    const std::optional<std::chrono::milliseconds>& retry_after() const noexcept { return retry_after_; }
    const std::vector<std::pair<std::string, std::string>>& headers() const noexcept { return headers_; }
    /// The public text and, after ": ", the private detail: for logs only.
    const char* what() const noexcept override { return what_.c_str(); }

private:
    Code code_;
    std::string name_;  // empty: the code's own name
    std::string public_text_;
    std::string private_detail_;
    std::string what_;
    std::vector<FieldFault> faults_;
    std::optional<std::chrono::milliseconds> retry_after_;
    std::vector<std::pair<std::string, std::string>> headers_;
};

}  // namespace mortise
