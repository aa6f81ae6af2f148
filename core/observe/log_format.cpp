// SPDX-License-Identifier: Apache-2.0
#include "observe/log_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace mortise::observe {

namespace {

constexpr std::size_t longest_text = 8192;

void append_digits(std::string& out, unsigned value, int width) {
    char digits[8];
    for (int place = width; place-- > 0; value /= 10) digits[place] = static_cast<char>('0' + value % 10);
    out.append(digits, static_cast<std::size_t>(width));
}

// to_rfc3339() makes a string through printf; this is on the way of every request.
void append_time(std::string& out, Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const auto of_day = static_cast<unsigned>((time - day).count());
    append_digits(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    out += '-';
    append_digits(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append_digits(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    append_digits(out, of_day / 3'600'000, 2);
    out += ':';
    append_digits(out, of_day / 60'000 % 60, 2);
    out += ':';
    append_digits(out, of_day / 1000 % 60, 2);
    out += '.';
    append_digits(out, of_day % 1000, 3);
    out += 'Z';
}

constexpr bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// The length of the well-formed UTF-8 sequence `text` begins with, 0 when it begins with none.
std::size_t sequence_length(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    const auto second = text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0U;
    if (first >= 0xC2 && first <= 0xDF) return text.size() >= 2 && continues(text[1]) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool overlong = first == 0xE0 && second < 0xA0;
        const bool surrogate = first == 0xED && second > 0x9F;
        return text.size() >= 3 && continues(text[1]) && continues(text[2]) && !overlong && !surrogate ? 3
                                                                                                       : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool overlong = first == 0xF0 && second < 0x90;
        const bool too_high = first == 0xF4 && second > 0x8F;
        return text.size() >= 4 && continues(text[1]) && continues(text[2]) && continues(text[3]) &&
                       !overlong && !too_high
                   ? 4
                   : 0;
    }
    return 0;
}

void append_unicode_escape(std::string& out, unsigned code) {
    constexpr std::string_view hex = "0123456789abcdef";
    out += "\\u00";
    out += hex[code >> 4U & 0xFU];
    out += hex[code & 0xFU];
}

void append_ascii(std::string& out, char letter) {
    switch (letter) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            append_unicode_escape(out, static_cast<unsigned char>(letter));
    }
}

constexpr auto plain_letters = [] {
    std::array<bool, 256> plain{};
    for (unsigned letter = 0x20; letter < 0x7F; ++letter) plain[letter] = letter != '"' && letter != '\\';
    return plain;
}();

bool is_plain(char letter) {
    return plain_letters[static_cast<unsigned char>(letter)];
}

// The inside of a JSON string. Also escapes DEL and the C1 controls, which move the cursor of a terminal.
void append_escaped(std::string& out, std::string_view text) {
    const bool cut = text.size() > longest_text;
    if (cut) {
        std::size_t end = longest_text;
        while (end > longest_text - 4 && continues(text[end])) --end;
        text = text.substr(0, end);
    }
    while (!text.empty()) {
        const auto run = static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
        out.append(text.substr(0, run));
        text.remove_prefix(run);
        if (text.empty()) break;
        std::size_t taken = 1;
        if (static_cast<unsigned char>(text[0]) < 0x80) {
            append_ascii(out, text[0]);
        } else if (taken = sequence_length(text); taken == 0) {
            out += "\xEF\xBF\xBD";
            taken = 1;
        } else if (text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0) {
            append_unicode_escape(out, static_cast<unsigned char>(text[1]));
        } else {
            out.append(text.substr(0, taken));
        }
        text.remove_prefix(taken);
    }
    if (cut) out += "...";
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    append_escaped(out, text);
    out += '"';
}

template <typename Number>
void append_number(std::string& out, Number number) {
    char digits[32];
    const auto [end, fault] = std::to_chars(digits, digits + sizeof digits, number);
    out.append(digits, static_cast<std::size_t>(end - digits));
}

void append_scalar(std::string& out, bool value) {
    out += value ? "true" : "false";
}
void append_scalar(std::string& out, std::int64_t value) {
    append_number(out, value);
}
void append_scalar(std::string& out, std::uint64_t value) {
    append_number(out, value);
}
void append_scalar(std::string& out, double value) {
    if (std::isfinite(value)) {
        append_number(out, value);
    } else {
        out += "null";
    }
}

constexpr bool is_reserved(std::string_view key) {
    return key == "time" || key == "level" || key == "part" || key == "message";
}

class JsonLine {
public:
    JsonLine(std::string& out, Time time, LogLevel level, std::string_view part, std::string_view message)
        : out_(out) {
        out_ += R"({"time":")";
        append_time(out_, time);
        out_ += R"(","level":")";
        out_ += name_of(level);
        out_ += '"';
        add("part", part);
        add("message", message);
    }
    ~JsonLine() { out_ += "}\n"; }
    JsonLine(const JsonLine&) = delete;
    JsonLine& operator=(const JsonLine&) = delete;

    void add(std::string_view key, std::string_view text) {
        append_key(key);
        append_quoted(out_, text);
    }
    void add(std::string_view key, auto scalar) {
        append_key(key);
        append_scalar(out_, scalar);
    }

private:
    void append_key(std::string_view key) {
        out_ += ',';
        append_quoted(out_, key);
        out_ += ':';
    }

    std::string& out_;
};

constexpr std::string_view dim = "\x1b[2m";
constexpr std::string_view plain = "\x1b[0m";

std::string_view colour_of(LogLevel level) {
    switch (level) {
        case LogLevel::warn:
            return "\x1b[33m";
        case LogLevel::error:
            return "\x1b[31m";
        case LogLevel::info:
            return "\x1b[32m";
        default:
            return dim;
    }
}

void append_padded(std::string& out, std::string_view text, std::size_t width) {
    const std::size_t before = out.size();
    append_escaped(out, text);
    const std::size_t written = out.size() - before;
    out.append(written < width ? width - written : 0, ' ');
}

class TextLine {
public:
    TextLine(std::string& out, bool colours, Time time, LogLevel level, std::string_view part,
             std::string_view message)
        : out_(out), colours_(colours) {
        paint(dim);
        append_time(out_, time);
        paint(plain);
        out_ += ' ';
        paint(colour_of(level));
        append_padded(out_, name_of(level), 5);
        paint(plain);
        out_ += ' ';
        append_padded(out_, part, 8);
        out_ += ' ';
        append_escaped(out_, message);
    }
    ~TextLine() { out_ += '\n'; }
    TextLine(const TextLine&) = delete;
    TextLine& operator=(const TextLine&) = delete;

    void add(std::string_view key, std::string_view text) {
        append_key(key);
        const bool bare =
            !text.empty() && text.size() <= longest_text && std::ranges::all_of(text, [](char letter) {
                return is_plain(letter) && letter != ' ' && letter != '=';
            });
        if (bare) {
            out_ += text;
        } else {
            append_quoted(out_, text);
        }
    }
    void add(std::string_view key, auto scalar) {
        append_key(key);
        append_scalar(out_, scalar);
    }

private:
    void paint(std::string_view colour) {
        if (colours_) out_ += colour;
    }
    void append_key(std::string_view key) {
        out_ += ' ';
        paint(dim);
        append_escaped(out_, key);
        out_ += '=';
        paint(plain);
    }

    std::string& out_;
    bool colours_;
};

// An id told as a field is meant for this very line and goes before the scope's.
bool told_as_field(const LogRecord& record, std::string_view key) {
    return std::ranges::any_of(record.fields, [&](const LogField& field) { return field.key() == key; });
}

template <typename Line>
void add_all(Line& line, const LogRecord& record) {
    if (!record.request_id.empty() && !told_as_field(record, "request_id"))
        line.add("request_id", record.request_id);
    if (!record.user_id.empty() && !told_as_field(record, "user_id")) line.add("user_id", record.user_id);
    for (const LogField& field : record.fields) {
        std::visit(
            [&](auto value) {
                if (is_reserved(field.key())) {
                    line.add(std::string(field.key()) + '_', value);
                } else {
                    line.add(field.key(), value);
                }
            },
            field.value());
    }
}

template <typename Line>
void add_all(Line& line, const AccessRecord& record) {
    line.add("method", record.method);
    line.add("path", record.path);
    if (!record.route.empty()) line.add("route", record.route);
    line.add("status", std::int64_t{record.status});
    line.add("bytes", record.bytes);
    line.add("microseconds", record.microseconds);
    line.add("request_id", record.request_id);
    if (!record.user_id.empty()) line.add("user_id", record.user_id);
    line.add("client", record.client);
}

template <typename Record>
void append_any(std::string& out, LineStyle style, Time time, LogLevel level, std::string_view part,
                std::string_view message, const Record& record) {
    if (style == LineStyle::json) {
        JsonLine line(out, time, level, part, message);
        add_all(line, record);
    } else {
        TextLine line(out, style == LineStyle::coloured_text, time, level, part, message);
        add_all(line, record);
    }
}

}  // namespace

void append_line(std::string& out, LineStyle style, Time time, const LogRecord& record) {
    append_any(out, style, time, record.level, record.part, record.text, record);
}

void append_line(std::string& out, LineStyle style, Time time, const AccessRecord& record) {
    append_any(out, style, time, LogLevel::info, "access", "answered", record);
}

std::string_view name_of(LogLevel level) noexcept {
    constexpr std::array<std::string_view, 6> names{"trace", "debug", "info", "warn", "error", "off"};
    return names[static_cast<std::size_t>(level)];
}

}  // namespace mortise::observe
