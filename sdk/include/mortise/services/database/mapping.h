// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <mortise/described.h>
#include <mortise/services/database/row.h>

namespace mortise {

/// Reads rows of one result as a described struct; finds the columns once, not once a row.
template <Described Struct>
class RowMapping {
    using Members = boost::describe::describe_members<Struct, boost::describe::mod_any_access |
                                                                  boost::describe::mod_inherited>;
    static constexpr std::size_t count = boost::mp11::mp_size<Members>::value;

public:
    explicit RowMapping(const Columns& columns) {
        std::size_t member = 0;
        boost::mp11::mp_for_each<Members>(
            [&](auto described) { places_[member++] = columns.place_of(described.name); });
    }

    Struct read(const Row& row) const {
        Struct value{};
        std::size_t member = 0;
        boost::mp11::mp_for_each<Members>([&](auto described) {
            auto& target = value.*described.pointer;
            target = row.get<std::remove_reference_t<decltype(target)>>(places_[member++]);
        });
        return value;
    }

private:
    std::array<std::size_t, count> places_{};
};

template <Described Struct>
Struct Row::as() const {
    return RowMapping<Struct>(*columns_).read(*this);
}

}  // namespace mortise
