// SPDX-License-Identifier: Apache-2.0
#include "http/chunk_decoder.h"

#include <algorithm>
#include <charconv>

#include "http/characters.h"

namespace mortise::http {

ChunkDecoder::State ChunkDecoder::decode(std::string_view bytes, std::string& body, std::size_t& used) {
    used = 0;
    while (step_ != Step::end) {
        const auto rest = bytes.substr(used);
        if (step_ == Step::data) {
            const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest.size()));
            body.append(rest.substr(0, part));
            used += part;
            left_ -= part;
            if (left_ > 0) return State::more;
            step_ = Step::data_end;
            continue;
        }
        const auto feed = rest.find('\n');
        if (feed == std::string_view::npos) return State::more;
        if (feed == 0 || rest[feed - 1] != '\r') return State::broken;
        const auto line = rest.substr(0, feed - 1);
        used += feed + 1;
        const bool fine = step_ == Step::size       ? size_line(line)
                          : step_ == Step::data_end ? line.empty()
                                                    : trailer_line(line);
        if (!fine) return State::broken;
        if (step_ == Step::data_end) step_ = Step::size;
    }
    return State::end;
}

bool ChunkDecoder::size_line(std::string_view line) noexcept {
    const auto* const end = line.data() + line.size();
    const auto [stop, fault] = std::from_chars(line.data(), end, left_, 16);
    // from_chars takes a minus sign for unsigned numbers, too.
    if (fault != std::errc{} || line.front() == '-' || (stop != end && *stop != ';')) return false;
    if (has_control({stop, end})) return false;
    step_ = left_ > 0 ? Step::data : Step::trailer;
    return true;
}

bool ChunkDecoder::trailer_line(std::string_view line) noexcept {
    if (line.empty()) {
        step_ = Step::end;
        return true;
    }
    const auto colon = line.find(':');
    return colon != std::string_view::npos && is_token(line.substr(0, colon)) &&
           !has_control(line.substr(colon + 1));
}

}  // namespace mortise::http
