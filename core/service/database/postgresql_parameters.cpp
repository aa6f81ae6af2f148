// SPDX-License-Identifier: Apache-2.0
#include "service/database/postgresql_parameters.h"

#include <charconv>
#include <cstring>

#include "service/database/sql_text.h"

namespace mortise::service {

namespace {

constexpr std::size_t longest_number = 40;

std::size_t room_for(const Value& value) {
    return value.type() == Value::Type::text ? value.raw().size() + 1 : longest_number;
}

template <class Number>
char* print(char* place, Number number) {
    char* end = std::to_chars(place, place + longest_number - 1, number).ptr;
    *end = '\0';
    return end + 1;
}

}  // namespace

void PostgresqlParameters::fill(std::span<const Value> values) {
    constexpr int as_text = 0;
    constexpr int as_bytes = 1;
    pointers_.assign(values.size(), nullptr);
    sizes_.assign(values.size(), 0);
    formats_.assign(values.size(), as_text);
    std::size_t room = 0;
    for (const Value& value : values) room += room_for(value);
    if (text_.size() < room) text_.resize(room);

    char* free = text_.data();
    for (std::size_t place = 0; place < values.size(); ++place) {
        const Value& value = values[place];
        if (value.is_null()) continue;
        pointers_[place] = free;
        switch (value.type()) {
            case Value::Type::integer:
                free = print(free, value.integer());
                break;
            case Value::Type::real:
                free = print(free, value.real());
                break;
            case Value::Type::text:
                refuse_nul_in(value.raw());
                free = std::copy(value.raw().begin(), value.raw().end(), free);
                *free++ = '\0';
                break;
            case Value::Type::bytes:
                pointers_[place] = value.raw().data() ? value.raw().data() : "";
                sizes_[place] = static_cast<int>(value.raw().size());
                formats_[place] = as_bytes;
                break;
            case Value::Type::null:
                break;
        }
    }
}

}  // namespace mortise::service
