// SPDX-License-Identifier: Apache-2.0
#include "service/mail_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>

#include <mortise/base64.h>
#include <mortise/text.h>

namespace mortise::service {

namespace {

constexpr std::size_t most_recipients = 100;
constexpr std::size_t longest_address = 254;
constexpr std::size_t longest_subject = 200;
constexpr std::size_t longest_body = std::size_t{256} << 10;

bool is_address(std::string_view text) {
    constexpr std::string_view forbidden = "<>()[],;:\\\"";
    const auto at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() && at == text.rfind('@') &&
           text.size() <= longest_address && std::ranges::all_of(text, [&](char letter) {
               return letter > 0x20 && letter < 0x7F && forbidden.find(letter) == std::string_view::npos;
           });
}

bool is_one_line(std::string_view text) {
    return is_utf8(text) && std::ranges::none_of(text, [](char letter) {
               return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F;
           });
}

void append_body(std::string& out, std::string_view type, std::string_view body) {
    out += "Content-Type: ";
    out += type;
    out += "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    const std::string text = base64_encode(body);
    for (std::size_t place = 0; place < text.size(); place += 76) {
        out += std::string_view(text).substr(place, 76);
        out += "\r\n";
    }
}

// RFC 2047 words of whole characters, each short enough for a line.
std::string encoded_words(std::string_view text) {
    const bool plain = std::ranges::all_of(text, [](char letter) { return letter >= 0x20 && letter < 0x7F; });
    if (plain && text.size() <= 60 && text.find("=?") == std::string_view::npos) return std::string(text);
    std::string words;
    while (!text.empty()) {
        std::size_t length = std::min<std::size_t>(42, text.size());
        while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;
        if (!words.empty()) words += "\r\n ";
        words += "=?utf-8?B?" + base64_encode(text.substr(0, length)) + "?=";
        text.remove_prefix(length);
    }
    return words;
}

void append_name(std::string& out, const std::string& name) {
    const std::string words = encoded_words(name);
    const bool quoted = words == name;
    if (quoted) out += '"';
    out += words;
    if (quoted) out += '"';
}

std::string date_of(Time time) {
    constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000",
                  days[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                  months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

}  // namespace

Sender Sender::parse(std::string_view text) {
    Sender sender;
    const auto open = text.find('<');
    if (open == std::string_view::npos) {
        sender.address = trim(text);
    } else {
        if (!text.ends_with('>')) throw std::invalid_argument("the sender's address has no '>'");
        sender.name = trim(text.substr(0, open));
        sender.address = text.substr(open + 1, text.size() - open - 2);
    }
    if (!is_address(sender.address) || !is_one_line(sender.name) ||
        sender.name.find_first_of("\"\\") != std::string::npos)
        throw std::invalid_argument("'" + std::string(text) +
                                    "' is no sender like Mortise <no-reply@example.org>");
    return sender;
}

void check(const MailMessage& message) {
    if (message.to.empty() || message.to.size() > most_recipients)
        throw std::invalid_argument("a mail has 1 to 100 recipients");
    if (!std::ranges::all_of(message.to, is_address))
        throw std::invalid_argument("a recipient is no plain e-mail address");
    if (message.subject.empty() || !is_one_line(message.subject) ||
        count_characters(message.subject) > longest_subject)
        throw std::invalid_argument("a mail's subject is one line of 1 to 200 characters");
    for (const std::string* body : {&message.text, &message.html})
        if (body->size() > longest_body || !is_utf8(*body))
            throw std::invalid_argument("a mail's body is UTF-8 of up to 256 KiB");
}

std::string compose(const MailMessage& message, const Sender& sender, std::string_view id, Time time) {
    const std::string domain = sender.address.substr(sender.address.find('@') + 1);
    std::string out = "From: ";
    if (!sender.name.empty()) {
        append_name(out, sender.name);
        out += " <";
    }
    out += sender.address;
    if (!sender.name.empty()) out += '>';
    // One recipient is named; several are not shown to each other.
    out += "\r\nTo: " + (message.to.size() == 1 ? message.to.front() : "undisclosed-recipients:;");
    out += "\r\nSubject: " + encoded_words(message.subject);
    out += "\r\nDate: " + date_of(time);
    out += "\r\nMessage-ID: <" + std::string(id) + '@' + domain + '>';
    out += "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
    if (message.html.empty()) {
        append_body(out, "text/plain", message.text);
        return out;
    }
    // '_' and '.' are no base64 letters: the boundary can't stand in a body.
    const std::string boundary = "_." + std::string(id);
    out += "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n";
    out += "--" + boundary + "\r\n";
    append_body(out, "text/plain", message.text);
    out += "--" + boundary + "\r\n";
    append_body(out, "text/html", message.html);
    out += "--" + boundary + "--\r\n";
    return out;
}

}  // namespace mortise::service
