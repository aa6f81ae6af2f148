// SPDX-License-Identifier: Apache-2.0
#include "multipart_reader.h"

#include <algorithm>
#include <utility>

#include <mortise/error.h>
#include <mortise/text.h>

namespace uploads {

namespace {

constexpr std::size_t most_preamble_bytes = 1024;
constexpr std::string_view line_end = "\r\n";

[[noreturn]] void refuse(std::string text) {
    throw mortise::Error(mortise::Code::malformed, std::move(text));
}

bool is_token(char character) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || others.find(character) != std::string_view::npos;
}

bool is_of_a_boundary(char character) {
    constexpr std::string_view others = "'()+_,-./:=? ";
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || others.find(character) != std::string_view::npos;
}

// A value with or without quotes; `rest` keeps what stands behind it. Browsers write a quote as %22 and a
// backslash as it is, others escape quotes: of escapes only \" is one.
std::optional<std::string> take_value(std::string_view& rest) {
    std::string value;
    if (!rest.starts_with('"')) {
        const auto end = std::find_if_not(rest.begin(), rest.end(), is_token);
        value.assign(rest.begin(), end);
        rest.remove_prefix(value.size());
        if (value.empty()) return std::nullopt;
        return value;
    }
    rest.remove_prefix(1);
    while (!rest.empty() && rest.front() != '"') {
        if (rest.starts_with("\\\"")) rest.remove_prefix(1);
        value += rest.front();
        rest.remove_prefix(1);
    }
    if (rest.empty()) return std::nullopt;
    rest.remove_prefix(1);
    return value;
}

// What a header says before its first parameter, and the parameters one by one.
template <class OnParameter>
bool read_parameters(std::string_view text, std::string_view& main, OnParameter on_parameter) {
    const auto end = std::min(text.find(';'), text.size());
    main = mortise::trim(text.substr(0, end));
    text = mortise::trim(text.substr(end));
    while (text.starts_with(';')) {
        text = mortise::trim(text.substr(1));
        if (text.empty()) return true;
        const auto name_end = std::find_if_not(text.begin(), text.end(), is_token);
        const std::string_view name(text.begin(), name_end);
        text = mortise::trim(text.substr(name.size()));
        if (name.empty() || !text.starts_with('=')) return false;
        text = mortise::trim(text.substr(1));
        auto value = take_value(text);
        if (!value) return false;
        on_parameter(name, std::move(*value));
        text = mortise::trim(text);
    }
    return text.empty();
}

void read_disposition(std::string_view value, PartHead& head) {
    std::string_view kind;
    std::optional<std::string> name;
    const bool is_read = read_parameters(value, kind, [&](std::string_view parameter, std::string text) {
        if (mortise::equals_ignoring_case(parameter, "name")) name = std::move(text);
        // filename* is not of forms (RFC 7578 section 4.2): who sends it sends filename too.
        else if (mortise::equals_ignoring_case(parameter, "filename"))
            head.file_name = std::move(text);
    });
    if (!is_read || !mortise::equals_ignoring_case(kind, "form-data") || !name)
        refuse("A part of the form has no valid Content-Disposition.");
    head.name = std::move(*name);
}

PartHead read_lines(std::string_view lines) {
    PartHead head;
    bool is_named = false;
    while (!lines.empty()) {
        const auto end = std::min(lines.find(line_end), lines.size());
        const std::string_view line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + line_end.size(), lines.size()));
        const auto colon = line.find(':');
        const std::string_view name = line.substr(0, std::min(colon, line.size()));
        const bool is_line = colon != std::string_view::npos && !name.empty() &&
                             std::all_of(name.begin(), name.end(), is_token) &&
                             line.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
        if (!is_line) refuse("A part of the form has a header that is not well-formed.");
        const std::string_view value = mortise::trim(line.substr(colon + 1));
        if (mortise::equals_ignoring_case(name, "content-disposition")) {
            if (std::exchange(is_named, true)) refuse("A part of the form has two Content-Dispositions.");
            read_disposition(value, head);
        } else if (mortise::equals_ignoring_case(name, "content-type")) {
            head.content_type = value;
        } else if (mortise::equals_ignoring_case(name, "content-transfer-encoding")) {
            if (!mortise::equals_ignoring_case(value, "binary") &&
                !mortise::equals_ignoring_case(value, "8bit") &&
                !mortise::equals_ignoring_case(value, "7bit"))
                refuse("A part of the form is encoded; forms carry bytes as they are.");
        }
    }
    if (!is_named) refuse("A part of the form has no Content-Disposition.");
    return head;
}

}  // namespace

std::string boundary_of(std::string_view content_type) {
    std::string_view type;
    std::optional<std::string> boundary;
    const bool is_read = read_parameters(content_type, type, [&](std::string_view name, std::string value) {
        if (mortise::equals_ignoring_case(name, "boundary") && !boundary) boundary = std::move(value);
    });
    if (!mortise::equals_ignoring_case(type, "multipart/form-data"))
        throw mortise::Error(mortise::Code::unsupported_media_type, "A file comes as multipart/form-data.");
    const bool is_valid = is_read && boundary && !boundary->empty() && boundary->size() <= 70 &&
                          boundary->back() != ' ' &&
                          std::all_of(boundary->begin(), boundary->end(), is_of_a_boundary);
    if (!is_valid) refuse("Content-Type names no valid boundary.");
    return std::move(*boundary);
}

MultipartReader::MultipartReader(std::string_view boundary, PartSink& sink)
    : delimiter_("\r\n--" + std::string(boundary)), sink_(sink) {}

void MultipartReader::take(std::string_view bytes) {
    while (!bytes.empty()) {
        switch (state_) {
            case State::preamble:
            case State::part:
                look_for_boundary(bytes);
                break;
            case State::behind_boundary:
                read_behind_boundary(bytes);
                break;
            case State::head:
                read_head(bytes);
                break;
            case State::epilogue:
                return;
        }
    }
}

void MultipartReader::finish() const {
    if (state_ != State::epilogue) refuse("The form breaks off.");
}

// '\r' stands at the delimiter's beginning alone (no boundary has one), so a match that fails can only
// begin again at the byte it failed on.
void MultipartReader::look_for_boundary(std::string_view& bytes) {
    while (matched_ > 0 && !bytes.empty()) {  // a match that began in earlier bytes
        if (bytes.front() == delimiter_[matched_]) {
            bytes.remove_prefix(1);
            if (++matched_ == delimiter_.size()) return found_boundary();
        } else {
            pass(std::string_view(delimiter_).substr(0, std::exchange(matched_, 0)));
        }
    }
    if (bytes.empty()) return;
    if (const auto place = bytes.find(delimiter_); place != std::string_view::npos) {
        pass(bytes.substr(0, place));
        bytes.remove_prefix(place + delimiter_.size());
        return found_boundary();
    }
    const auto last = bytes.size() - std::min(bytes.size(), delimiter_.size() - 1);
    const auto begin = bytes.find('\r', last);
    std::size_t kept = bytes.size();
    for (auto place = begin; place != std::string_view::npos; place = bytes.find('\r', place + 1)) {
        if (!delimiter_.starts_with(bytes.substr(place))) continue;
        kept = place;
        break;
    }
    pass(bytes.substr(0, kept));
    matched_ = bytes.size() - kept;
    bytes = {};
}

void MultipartReader::found_boundary() {
    matched_ = 0;
    if (state_ == State::part) sink_.end_part();
    state_ = State::behind_boundary;
    line_.clear();
}

void MultipartReader::pass(std::string_view bytes) {
    if (state_ == State::part) {
        if (!bytes.empty()) sink_.part_bytes(bytes);
    } else if ((preamble_ += bytes.size()) > most_preamble_bytes) {
        refuse("The form does not begin with its boundary.");
    }
}

void MultipartReader::read_behind_boundary(std::string_view& bytes) {
    while (!bytes.empty()) {
        const char next = bytes.front();
        bytes.remove_prefix(1);
        if (line_.empty() && (next == ' ' || next == '\t')) continue;  // padding on the way
        line_ += next;
        if (line_ == "--") {
            state_ = State::epilogue;
            return;
        }
        if (line_ == line_end) {
            if (++parts_ > most_parts) refuse("The form has too many parts.");
            state_ = State::head;
            line_.clear();
            return;
        }
        if (line_ != "-" && line_ != "\r") refuse("A boundary of the form is not well-formed.");
    }
}

void MultipartReader::read_head(std::string_view& bytes) {
    constexpr std::string_view end_of_head = "\r\n\r\n";
    constexpr std::size_t most_bytes = most_head_bytes + end_of_head.size();
    const auto had = line_.size();
    line_ += bytes.substr(0, most_bytes - had);
    const auto end = line_.find(end_of_head, had < 3 ? 0 : had - 3);
    if (end == std::string::npos) {
        if (line_.size() == most_bytes) refuse("A part of the form has too long a head.");
        bytes.remove_prefix(line_.size() - had);
        return;
    }
    bytes.remove_prefix(end + end_of_head.size() - had);
    const PartHead head = read_lines(std::string_view(line_).substr(0, end));
    line_.clear();
    state_ = State::part;
    sink_.begin_part(head);
}

}  // namespace uploads
