// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mortise/export.h>
#include <mortise/json.h>
#include <mortise/rules.h>

namespace mortise {

namespace detail {
struct MemberType;
}

/// What Shape<T> is beneath its type: the struct's members, each by its name on the wire, its place and its
/// type. Compiled once, for all structs.
class MORTISE_API StructShape {
public:
    /// JSON Schema (2020-12) of the struct.
    JsonObject schema() const;

protected:
    /// `fresh` is a struct as it is made, `member` one of its members.
    void add_member(std::string_view name, const detail::MemberType& type, const void* fresh,
                    const void* member);
    Rules& rules_of(const void* fresh, const void* member);
    static void nest(Rules& rules, std::shared_ptr<const StructShape> shape);
    void read_members(const Json& json, void* value, Faults& faults) const;
    void read_pairs(const std::vector<std::pair<std::string, std::string>>& pairs, void* value,
                    Faults& faults) const;

private:
    struct Member {
        std::string name;
        const detail::MemberType* type;
        std::ptrdiff_t offset;
        Rules rules;
    };

    std::vector<Member> members_;
};

}  // namespace mortise
