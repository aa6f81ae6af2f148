// SPDX-License-Identifier: Apache-2.0
#include "http/compression.h"

#include <zlib.h>

#include <array>
#include <charconv>

#include <mortise/text.h>

namespace mortise::http {

namespace {

constexpr std::string_view gzip_suffix = "-gzip";

// The state of a compressor is 130 kB with these; every thread that compresses keeps one.
constexpr int window_bits = 14;
constexpr int memory_level = 7;
constexpr int level = 5;  // beyond, JSON gets 2 % smaller and takes twice as long
constexpr int as_gzip = 16;

class Deflater {
public:
    Deflater() {
        usable_ = deflateInit2(&stream_, level, Z_DEFLATED, window_bits + as_gzip, memory_level,
                               Z_DEFAULT_STRATEGY) == Z_OK;
    }
    ~Deflater() {
        if (usable_) deflateEnd(&stream_);
    }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    std::optional<std::string> run(std::string_view bytes) {
        if (!usable_ || deflateReset(&stream_) != Z_OK) return std::nullopt;
        std::string out(bytes.size(), '\0');
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) return std::nullopt;
        out.resize(stream_.total_out);
        return out;
    }

private:
    z_stream stream_{};
    bool usable_ = false;
};

/// "gzip;q=0.5" to 500; a q that cannot be read counts as 0.
int quality_in_thousandths(std::string_view parameters) noexcept {
    while (!parameters.empty()) {
        auto parameter = trim(take_until(parameters, ';'));
        if (!equals_ignoring_case(parameter.substr(0, 2), "q=")) continue;
        parameter.remove_prefix(2);
        double quality = 0;
        std::from_chars(parameter.data(), parameter.data() + parameter.size(), quality);
        return static_cast<int>(quality * 1000);
    }
    return 1000;
}

bool has_text_of_size(const Response& response, std::size_t least) {
    return response.body_text().size() >= least;
}

std::string_view header_of(const Response& response, std::string_view name) {
    const auto* value = response.header(name);
    return value != nullptr ? std::string_view(*value) : std::string_view();
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) noexcept {
    int by_name = -1;
    int by_star = -1;
    while (!accept_encoding.empty()) {
        auto item = take_until(accept_encoding, ',');
        const auto coding = trim(take_until(item, ';'));
        if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip")) {
            by_name = quality_in_thousandths(item);
        } else if (coding == "*") {
            by_star = quality_in_thousandths(item);
        }
    }
    return by_name >= 0 ? by_name > 0 : by_star > 0;
}

bool is_compressible(std::string_view content_type) noexcept {
    const auto type = trim(take_until(content_type, ';'));
    const auto is = [type](std::string_view name) { return equals_ignoring_case(type, name); };
    const auto ends = [type](std::string_view tail) {
        return type.size() > tail.size() &&
               equals_ignoring_case(type.substr(type.size() - tail.size()), tail);
    };
    return equals_ignoring_case(type.substr(0, 5), "text/") || is("application/json") ||
           is("application/javascript") || is("application/xml") || is("application/wasm") || ends("+json") ||
           ends("+xml");
}

std::optional<std::string> gzip(std::string_view bytes) {
    constexpr std::size_t most = 1U << 30;  // beyond, one string is the wrong place for it
    if (bytes.empty() || bytes.size() > most) return std::nullopt;
    thread_local Deflater deflater;
    return deflater.run(bytes);
}

bool may_be_compressed(const Response& response, const WireSettings& settings) {
    if (!settings.compress || !has_text_of_size(response, settings.compress_from_bytes)) return false;
    return response.status() != 206 && response.header("Content-Encoding") == nullptr &&
           is_compressible(header_of(response, "Content-Type")) &&
           header_of(response, "Cache-Control").find("no-transform") == std::string_view::npos;
}

bool wants_compression(const Response& response, const RequestParts& request, const WireSettings& settings) {
    if (!may_be_compressed(response, settings)) return false;
    const auto* accepted = request.find_header("accept-encoding");
    return accepted != nullptr && accepts_gzip(accepted->value) &&
           request.find_header("x-no-compression") == nullptr;
}

void compress(Response& response, bool now) {
    response.add_header("Vary", "Accept-Encoding");
    if (!now) return;
    if (const auto* shared = std::get_if<SharedText>(&response.body())) {
        auto smaller = shared->compressed(gzip);
        if (!smaller) return;
        response.body() = std::move(*smaller);
    } else {
        auto smaller = gzip(response.body_text());
        if (!smaller) return;
        response.body() = std::move(*smaller);
    }
    response.set_header("Content-Encoding", "gzip");
    const auto etag = header_of(response, "ETag");
    if (etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"')) {
        response.set_header("ETag",
                            std::string(etag.substr(0, etag.size() - 1)) + std::string(gzip_suffix) + "\"");
    }
}

}  // namespace mortise::http
