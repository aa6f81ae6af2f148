// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/error.h>
#include <mortise/export.h>
#include <mortise/json.h>
#include <mortise/time.h>

namespace mortise {

class StructShape;

/// What one member of a described struct may hold, beyond its type. Made by Shape<T>::at().
class MORTISE_API Rules {
public:
    /// Answers nothing when `text` is allowed, else one sentence for the client.
    using Check = std::function<std::optional<std::string>(std::string_view text)>;

    /// The member must be sent. The default for members that are neither optional nor Field and whose
    /// default is their type's zero ("" or 0).
    Rules& required();
    /// The member may be left out; it then keeps the struct's default.
    Rules& optional();
    /// Null is refused where it would be taken for "not sent" (members that are optional or Field).
    Rules& not_null();
    /// Characters of a text, both ends included.
    Rules& length(std::size_t least, std::size_t most);
    /// Value of a number, both ends included.
    Rules& range(double least, double most);
    /// Items of a list, both ends included.
    Rules& items(std::size_t least, std::size_t most);
    /// The only texts allowed (also for each item of a list of texts).
    Rules& one_of(std::vector<std::string> values);
    /// An e-mail address: something@something, no blanks, at most 254 bytes.
    Rules& email();
    /// A check of your own; `name` is the fault's code ("bad_slug").
    Rules& check(std::string name, Check check);
    /// One sentence for the API document.
    Rules& about(std::string sentence);

private:
    friend class RuleBook;
    friend class StructShape;

    std::optional<bool> is_required_;
    bool refuses_null_ = false;
    std::optional<std::size_t> least_length_, most_length_;
    std::optional<double> least_, most_;
    std::optional<std::size_t> least_items_, most_items_;
    std::vector<std::string> values_;
    bool is_email_ = false;
    std::string check_name_;
    Check check_;
    std::string about_;
    std::shared_ptr<const StructShape> nested_;  // the Shape of the member's own type
};

/// Collects what is wrong with a body or a query, each fault with its place.
class MORTISE_API Faults {
public:
    /// `root` is put before every pointer: "" for bodies, "query:" for queries.
    explicit Faults(std::string root = {}) : place_(std::move(root)), is_query_(!place_.empty()) {}

    void add(std::string code, std::string detail);
    void enter(std::string_view member);
    void enter(std::size_t index);
    void leave();

    bool empty() const { return found_.empty(); }
    const std::vector<FieldFault>& found() const { return found_; }
    /// Throws Error(unprocessable) carrying every fault, when there is one.
    void throw_if_any() const;

private:
    std::string place_;
    bool is_query_;
    std::vector<std::size_t> marks_;
    std::vector<FieldFault> found_;
};

/// Reads single JSON values under rules and describes them as JSON Schema: the part of the binder
/// that needs no template. Each read answers nothing after adding its fault.
class MORTISE_API RuleBook {
public:
    static std::optional<bool> read_flag(const Json& value, Faults& faults);
    static std::optional<std::int64_t> read_integer(const Json& value, const Rules& rules, std::int64_t least,
                                                    std::uint64_t most, Faults& faults);
    static std::optional<double> read_number(const Json& value, const Rules& rules, Faults& faults);
    static std::optional<std::string> read_text(const Json& value, const Rules& rules, Faults& faults);
    static std::optional<Time> read_time(const Json& value, Faults& faults);
    /// False, with a fault, where null is refused.
    static bool allow_null(const Json& value, const Rules& rules, Faults& faults);
    static bool check_items(std::size_t count, const Rules& rules, Faults& faults);
    static void refuse_type(std::string_view expected, const Json& value, Faults& faults);

    /// In a query; what is none stays a text, and reading it tells the wrong type.
    static Json flag_in(const std::string& text);
    static Json number_in(const std::string& text);

    /// The shape that was nested into the member; may be null.
    static const StructShape* nested(const Rules& rules) { return rules.nested_.get(); }

    static JsonObject type_schema(std::string_view type, std::string_view format = {});
    static JsonObject text_schema(const Rules& rules);
    static JsonObject number_schema(const Rules& rules, bool is_integer);
    static JsonObject list_schema(Json item, const Rules& rules);
    static void describe(JsonObject& schema, const Rules& rules, bool may_be_null);
};

}  // namespace mortise
