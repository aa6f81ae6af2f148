// SPDX-License-Identifier: Apache-2.0
#include <mortise/error.h>

#include <array>

namespace mortise {

namespace {

struct CodeRow {
    Code code;
    int status;
    std::string_view name;
};

constexpr std::array code_rows{
    CodeRow{Code::malformed, 400, "malformed"},
    CodeRow{Code::unauthenticated, 401, "unauthenticated"},
    CodeRow{Code::forbidden, 403, "forbidden"},
    CodeRow{Code::not_found, 404, "not_found"},
    CodeRow{Code::method_not_allowed, 405, "method_not_allowed"},
    CodeRow{Code::request_timeout, 408, "request_timeout"},
    CodeRow{Code::conflict, 409, "conflict"},
    CodeRow{Code::precondition_failed, 412, "precondition_failed"},
    CodeRow{Code::payload_too_large, 413, "payload_too_large"},
    CodeRow{Code::unsupported_media_type, 415, "unsupported_media_type"},
    CodeRow{Code::unprocessable, 422, "unprocessable"},
    CodeRow{Code::precondition_required, 428, "precondition_required"},
    CodeRow{Code::rate_limited, 429, "rate_limited"},
    CodeRow{Code::header_too_large, 431, "header_too_large"},
    CodeRow{Code::internal, 500, "internal"},
    CodeRow{Code::not_implemented, 501, "not_implemented"},
    CodeRow{Code::bad_gateway, 502, "bad_gateway"},
    CodeRow{Code::unavailable, 503, "unavailable"},
    CodeRow{Code::gateway_timeout, 504, "gateway_timeout"},
};

constexpr bool rows_follow_the_enum() {
    for (std::size_t place = 0; place < code_rows.size(); ++place)
        if (static_cast<std::size_t>(code_rows[place].code) != place) return false;
    return true;
}
static_assert(rows_follow_the_enum());

}  // namespace

int status_of(Code code) noexcept {
    return code_rows[static_cast<std::size_t>(code)].status;
}

std::string_view name_of(Code code) noexcept {
    return code_rows[static_cast<std::size_t>(code)].name;
}

Error::Error(Code code, std::string public_text, std::string private_detail)
    : code_(code), public_text_(std::move(public_text)), private_detail_(std::move(private_detail)) {
    what_ = private_detail_.empty() ? public_text_ : public_text_ + ": " + private_detail_;
}

Error::~Error() = default;
Error::Error(const Error&) = default;
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error&) = default;
Error& Error::operator=(Error&&) noexcept = default;

Error& Error::named(std::string name) & {
    name_ = std::move(name);
    return *this;
}

Error& Error::with_fault(FieldFault fault) & {
    faults_.push_back(std::move(fault));
    return *this;
}

Error& Error::retry_after(std::chrono::milliseconds wait) & {
    retry_after_ = wait;
    return *this;
}

Error& Error::with_header(std::string name, std::string value) & {
    headers_.emplace_back(std::move(name), std::move(value));
    return *this;
}

std::string_view Error::name() const noexcept {
    return name_.empty() ? name_of(code_) : std::string_view(name_);
}

}  // namespace mortise
