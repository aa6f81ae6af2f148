// SPDX-License-Identifier: Apache-2.0
#include "http/request_parser.h"

#include <limits>
#include <optional>

#include <mortise/text.h>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "http/request_target.h"

namespace mortise::http {

namespace {

namespace beast = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

std::string_view view(BeastView text) noexcept {
    return {text.data(), text.size()};
}

class Reader final : public beast::basic_parser<true> {
public:
    explicit Reader(RequestParts& parts) : parts_(&parts) {
        body_limit(boost::none);  // counted by the connection, which knows the route's limit
        header_limit(std::numeric_limits<std::uint32_t>::max());
    }

    std::size_t feed(std::string_view bytes, error_code& fault) {
        return put(boost::asio::const_buffer(bytes.data(), bytes.size()), fault);
    }

private:
    void on_request_impl(beast::verb, BeastView method, BeastView target, int version, error_code&) override {
        parts_->method_text = view(method);
        parts_->method = method_of(parts_->method_text);
        parts_->target = view(target);
        parts_->minor_version = version - 10;
    }
    void on_response_impl(int, BeastView, int, error_code&) override {}
    void on_field_impl(beast::field, BeastView name, BeastView value, error_code&) override {
        parts_->headers.push_back({view(name), view(value)});
    }
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(BeastView, error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, BeastView, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, BeastView, error_code&) override { return 0; }
    void on_finish_impl(error_code&) override {}

    RequestParts* parts_;
};

}  // namespace

class RequestParser::Beast {
public:
    std::optional<Reader> reader;
};

RequestParser::RequestParser() : beast_(std::make_unique<Beast>()) {}

RequestParser::~RequestParser() = default;

int RequestParser::parse_head(std::string_view head, const Framing& framing, RequestParts& parts) {
    auto& reader = beast_->reader.emplace(parts);
    error_code fault;
    reader.feed(head, fault);
    if (fault || !reader.is_header_done()) return 400;
    const auto length = reader.content_length();
    if (reader.chunked() != framing.chunked || length.has_value() != framing.content_length.has_value() ||
        length.value_or(0) != framing.content_length.value_or(0)) {
        return 400;
    }
    if (parts.method_text == "CONNECT") return 501;
    const auto target = split_target(parts.target, parts.method_text);
    if (!target) return 400;
    parts.path = target->path;
    parts.query = target->query;
    if (!target->authority.empty()) {
        for (auto& header : parts.headers) {
            if (equals_ignoring_case(header.name, "host")) header.value = target->authority;
        }
    }
    return 0;
}

}  // namespace mortise::http
