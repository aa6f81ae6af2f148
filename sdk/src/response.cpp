// SPDX-License-Identifier: Apache-2.0
#include <mortise/response.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include <mortise/media_type.h>
#include <mortise/text.h>

namespace mortise {

namespace {

// Its own content type, what middleware and the server add: one piece of memory for all.
constexpr std::size_t usual_headers = 4;

// Which bytes may stand in a header's name (a token of RFC 9110) and in its value.
struct HeaderBytes {
    std::array<bool, 256> in_name{};
    std::array<bool, 256> in_value{};

    constexpr HeaderBytes() {
        constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const char character = static_cast<char>(byte);
            in_name[byte] = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                            (byte >= 'a' && byte <= 'z') ||
                            (byte < 0x80 && marks.find(character) != marks.npos);
            in_value[byte] = byte == '\t' || (byte >= 0x20 && byte != 0x7F);
        }
    }
};

constexpr HeaderBytes header_bytes;

bool all_in(std::string_view text, const std::array<bool, 256>& allowed) {
    return std::all_of(text.begin(), text.end(),
                       [&](char character) { return allowed[static_cast<unsigned char>(character)]; });
}

void check_header(std::string_view name, std::string_view value) {
    if (name.empty() || !all_in(name, header_bytes.in_name))
        throw std::invalid_argument("not a header name: '" + std::string(name) + "'");
    if (!all_in(value, header_bytes.in_value))
        throw std::invalid_argument("control character in the value of the header " + std::string(name));
}

}  // namespace

BodyWriter::~BodyWriter() = default;

Response::Response(int status) : status_(status) {}

Response Response::text(std::string body, int status) {
    return bytes("text/plain; charset=utf-8", std::move(body), status);
}

Response Response::json(const Json& body, int status) {
    return json_text(to_text(body), status);
}

Response Response::json_text(std::string body, int status) {
    return bytes("application/json", std::move(body), status);
}

Response Response::bytes(std::string_view content_type, std::string body, int status) {
    Response response(status);
    response.headers_.reserve(usual_headers);
    response.headers_.emplace_back("Content-Type", content_type);
    response.body_ = std::move(body);
    return response;
}

Response Response::shared(std::string_view content_type, SharedText body, int status) {
    Response response(status);
    response.headers_.reserve(usual_headers);
    response.headers_.emplace_back("Content-Type", content_type);
    response.body_ = std::move(body);
    return response;
}

Response Response::empty(int status) {
    return Response(status);
}

Response Response::redirect(std::string location, int status) {
    Response response(status);
    response.set_header("Location", location);
    return response;
}

Response Response::file(std::filesystem::path path, std::string_view content_type) {
    Response response;
    response.set_header("Content-Type", content_type.empty() ? media_type_of(path.native()) : content_type);
    response.body_ = File{std::move(path)};
    return response;
}

Response Response::stream(std::string_view content_type, Stream body, int status) {
    Response response(status);
    response.headers_.reserve(usual_headers);
    response.headers_.emplace_back("Content-Type", content_type);
    response.body_ = std::move(body);
    return response;
}

void Response::set_header(std::string_view name, std::string_view value) {
    check_header(name, value);
    for (auto& [known, old] : headers_) {
        if (!equals_ignoring_case(known, name)) continue;
        old = value;
        return;
    }
    headers_.emplace_back(name, value);
}

void Response::add_header(std::string_view name, std::string_view value) {
    check_header(name, value);
    headers_.emplace_back(name, value);
}

void Response::remove_header(std::string_view name) {
    std::erase_if(headers_,
                  [name](const Header& header) { return equals_ignoring_case(header.first, name); });
}

const std::string* Response::header(std::string_view name) const {
    for (const auto& [known, value] : headers_)
        if (equals_ignoring_case(known, name)) return &value;
    return nullptr;
}

bool Response::is_in_memory() const {
    return std::holds_alternative<std::string>(body_) || std::holds_alternative<SharedText>(body_);
}

std::string_view Response::body_text() const {
    if (const auto* text = std::get_if<std::string>(&body_)) return *text;
    if (const auto* shared = std::get_if<SharedText>(&body_)) return shared->view();
    return {};
}

}  // namespace mortise
