// SPDX-License-Identifier: Apache-2.0
#include <mortise/option_value.h>
#include <mortise/options.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace mortise {

struct Options::Store {
    std::string path;
    std::vector<std::pair<std::string, OptionValue>> values;
};

namespace {

constexpr std::array<std::string_view, std::variant_size_v<OptionValue::Kinds>> kind_names{
    "absent", "text",     "secret", "integer", "number",  "flag",         "duration",       "size",
    "texts",  "integers", "group",  "groups",  "entries", "text_entries", "integer_entries"};

std::string quoted(std::string_view name) {
    return "'" + std::string(name) + "'";
}

std::string owner(const std::string& path) {
    return path.empty() ? "these options" : "the options of " + path;
}

std::string read_as(std::string_view reader) {
    return " (read as " + std::string(reader) + ")";
}

}  // namespace

Options::Options() : store_(std::make_shared<const Store>()) {}

Options::Options(std::string path, std::vector<std::pair<std::string, OptionValue>> values)
    : store_(std::make_shared<const Store>(Store{std::move(path), std::move(values)})) {}

const std::string& Options::text(std::string_view name) const {
    return read<std::string>(name, "text");
}

const std::string& Options::secret(std::string_view name) const {
    return read<OptionValue::Secret>(name, "secret").text;
}

std::int64_t Options::integer(std::string_view name) const {
    return read<std::int64_t>(name, "integer");
}

double Options::number(std::string_view name) const {
    return read<double>(name, "number");
}

bool Options::flag(std::string_view name) const {
    return read<bool>(name, "flag");
}

std::chrono::milliseconds Options::duration(std::string_view name) const {
    return read<std::chrono::milliseconds>(name, "duration");
}

std::uint64_t Options::size(std::string_view name) const {
    return read<OptionValue::Size>(name, "size").bytes;
}

const std::vector<std::string>& Options::texts(std::string_view name) const {
    return read<std::vector<std::string>>(name, "texts");
}

const std::vector<std::int64_t>& Options::integers(std::string_view name) const {
    return read<std::vector<std::int64_t>>(name, "integers");
}

const Options& Options::group(std::string_view name) const {
    return read<Options>(name, "group");
}

const std::vector<Options>& Options::groups(std::string_view name) const {
    return read<std::vector<Options>>(name, "groups");
}

const Options::Map<Options>& Options::entries(std::string_view name) const {
    return read<Map<Options>>(name, "entries");
}

const Options::Map<std::string>& Options::text_entries(std::string_view name) const {
    return read<Map<std::string>>(name, "text_entries");
}

const Options::Map<std::int64_t>& Options::integer_entries(std::string_view name) const {
    return read<Map<std::int64_t>>(name, "integer_entries");
}

bool Options::has(std::string_view name) const {
    return !std::holds_alternative<std::monostate>(find(name, "has").value);
}

const OptionValue& Options::value(std::string_view name) const {
    return find(name, "value");
}

std::vector<std::string_view> Options::names() const {
    std::vector<std::string_view> all;
    all.reserve(store_->values.size());
    for (const auto& [name, value] : store_->values) all.push_back(name);
    return all;
}

bool operator==(const Options& left, const Options& right) {
    return left.store_ == right.store_ || left.store_->values == right.store_->values;
}

template <typename T>
const T& Options::read(std::string_view name, std::string_view reader) const {
    const auto& kinds = find(name, reader).value;
    if (const T* value = std::get_if<T>(&kinds)) return *value;
    if (std::holds_alternative<std::monostate>(kinds))
        throw std::logic_error("option " + quoted(name) + " in " + owner(store_->path) +
                               " has no value; ask has() first" + read_as(reader));
    throw std::logic_error("option " + quoted(name) + " in " + owner(store_->path) + " is of the type " +
                           std::string(kind_names[kinds.index()]) + read_as(reader));
}

const OptionValue& Options::find(std::string_view name, std::string_view reader) const {
    const auto found = std::find_if(store_->values.begin(), store_->values.end(),
                                    [name](const auto& entry) { return entry.first == name; });
    if (found == store_->values.end())
        throw std::logic_error("option " + quoted(name) + " is not declared in " + owner(store_->path) +
                               read_as(reader));
    return found->second;
}

}  // namespace mortise
