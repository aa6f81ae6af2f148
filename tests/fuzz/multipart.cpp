// SPDX-License-Identifier: Apache-2.0
// A multipart/form-data body. The first byte says how it is cut; however it is, the same parts must come out.
// sources: plugins/uploads/multipart_reader.cpp
#include "plugins/uploads/multipart_reader.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <mortise/error.h>

namespace {

// Everything that came out, as one text.
class Parts final : public uploads::PartSink {
public:
    void begin_part(const uploads::PartHead& head) override {
        if (is_open_) std::abort();
        is_open_ = true;
        text += "<" + head.name + "|" + head.file_name.value_or("-") + "|" + head.content_type + ">";
    }
    void part_bytes(std::string_view bytes) override {
        if (!is_open_ || bytes.empty()) std::abort();
        text += bytes;
    }
    void end_part() override {
        if (!is_open_) std::abort();
        is_open_ = false;
        text += "</>";
    }

    std::string text;

private:
    bool is_open_ = false;
};

std::string read(std::string_view body, std::size_t step) {
    Parts parts;
    try {
        uploads::MultipartReader reader("bound", parts);
        while (!body.empty()) {
            reader.take(body.substr(0, step));
            body.remove_prefix(std::min(step, body.size()));
        }
        reader.finish();
    } catch (const mortise::Error& fault) {
        if (fault.code() != mortise::Code::malformed) std::abort();
        return parts.text + "!" + fault.public_text();
    }
    return parts.text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t step = data[0] % 100 + 1;
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string whole = read(body, body.size() + 1);
    if (read(body, step) != whole || read(body, 1) != whole) std::abort();
    try {
        const std::string boundary = uploads::boundary_of(body);
        if (boundary.empty() || boundary.size() > 70) std::abort();
    } catch (const mortise::Error&) {
    }
    return 0;
}
