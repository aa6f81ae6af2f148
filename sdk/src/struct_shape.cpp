// SPDX-License-Identifier: Apache-2.0
#include <mortise/struct_shape.h>

#include <stdexcept>

#include <mortise/member_type.h>
#include <mortise/text.h>

namespace mortise {

namespace {

std::ptrdiff_t offset_in(const void* whole, const void* part) {
    return static_cast<const char*>(part) - static_cast<const char*>(whole);
}

// A list may be sent in parts: every part adds to it. Of other equal names the first counts.
void add_pair(JsonObject& object, const std::string& name, Json sent, bool is_list) {
    Json* known = object.if_contains(name);
    if (known == nullptr) {
        object[name] = std::move(sent);
    } else if (is_list) {
        for (Json& item : sent.get_array()) known->get_array().push_back(std::move(item));
    }
}

}  // namespace

void StructShape::add_member(std::string_view name, const detail::MemberType& type, const void* fresh,
                             const void* member) {
    Rules rules;
    rules.is_required_ = !type.may_be_null && type.is_zero(member);
    members_.push_back({to_camel_case(name), &type, offset_in(fresh, member), std::move(rules)});
}

Rules& StructShape::rules_of(const void* fresh, const void* member) {
    for (Member& known : members_)
        if (known.offset == offset_in(fresh, member)) return known.rules;
    throw std::logic_error("Shape::at: the member is not in BOOST_DESCRIBE_STRUCT");
}

void StructShape::nest(Rules& rules, std::shared_ptr<const StructShape> shape) {
    rules.nested_ = std::move(shape);
}

void StructShape::read_members(const Json& json, void* value, Faults& faults) const {
    const JsonObject* object = json.if_object();
    if (object == nullptr) return RuleBook::refuse_type("an object", json, faults);
    for (const Member& member : members_) {
        faults.enter(member.name);
        if (const Json* sent = object->if_contains(member.name))
            member.type->read(*sent, static_cast<char*>(value) + member.offset, member.rules, faults);
        else if (*member.rules.is_required_)
            faults.add("required", "Is required.");
        faults.leave();
    }
}

void StructShape::read_pairs(const std::vector<std::pair<std::string, std::string>>& pairs, void* value,
                             Faults& faults) const {
    JsonObject object;
    for (const Member& member : members_)
        for (const auto& [name, text] : pairs)
            if (name == member.name)
                add_pair(object, name, member.type->from_text(text), member.type->is_list);
    read_members(object, value, faults);
}

JsonObject StructShape::schema() const {
    JsonObject properties;
    JsonArray required;
    for (const Member& member : members_) {
        properties[member.name] = member.type->schema(member.rules);
        if (*member.rules.is_required_) required.push_back(boost::json::string(member.name));
    }
    JsonObject schema{{"type", "object"}};
    schema["properties"] = std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
}

}  // namespace mortise
