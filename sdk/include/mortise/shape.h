// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/mp11/algorithm.hpp>

#include <mortise/described.h>
#include <mortise/member_type.h>
#include <mortise/struct_shape.h>

namespace mortise {

/// How a described struct looks on the wire: reads it from JSON or from a query with every fault
/// told, writes nothing, and gives its JSON Schema. Made in start(), used by routes and events.
///
///     Shape<NewTask> new_task;
///     new_task.at(&NewTask::title).length(1, 200);
///     new_task.at(&NewTask::priority).one_of(options.texts("priorities"));
///
/// Member types: bool, integers, double, std::string, Time, Json, described structs, std::vector,
/// std::optional and Field of these; of a struct that only goes out, all that write_json() takes. Members the
/// client sends beyond these are ignored; one without a default of its own ("" and 0 are none) must be sent.
template <Described T>
class Shape : public StructShape {
public:
    Shape() {
        const T& made = fresh();
        boost::mp11::mp_for_each<detail::MembersOf<T>>([&](auto descriptor) {
            const auto& member = made.*descriptor.pointer;
            add_member(descriptor.name, detail::member_type<std::remove_cvref_t<decltype(member)>>, &made,
                       &member);
        });
    }

    /// The rules of one member (or of one of a described base), to be narrowed.
    template <class Owner, class Member>
    Rules& at(Member Owner::*member) {
        const T& made = fresh();
        return rules_of(&made, &(made.*member));
    }

    /// The rules of a member that is itself a described struct, or a list of them.
    template <class Owner, class Member, Described Inner>
    Shape& nested(Member Owner::*member, Shape<Inner> shape) {
        nest(at(member), std::make_shared<const Shape<Inner>>(std::move(shape)));
        return *this;
    }

    /// Fills `value` from a JSON object, adding a fault for all that is not allowed.
    void read(const Json& json, T& value, Faults& faults) const {
        static_assert(detail::is_readable<T>, "a member is const, or of a type that Shape does not read");
        read_members(json, &value, faults);
    }

    /// Fills `value` from query parameters; the texts become numbers, flags and lists (separated by commas,
    /// or one name several times) as the members want them. Of other equal names the first counts.
    void read_query(const std::vector<std::pair<std::string, std::string>>& pairs, T& value,
                    Faults& faults) const {
        static_assert(detail::is_readable<T>, "a member is const, or of a type that Shape does not read");
        read_pairs(pairs, &value, faults);
    }

private:
    // One as it is made: tells where the members are, and which have a default.
    static const T& fresh() {
        static_assert(std::default_initializable<T>, "a struct on the wire can be made without arguments");
        static const T made{};
        return made;
    }
};

}  // namespace mortise
