// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mortise/export.h>

namespace mortise {

struct OptionValue;

/// The options of a plugin: what its plugin.yaml declares, with the values of the configuration file.
///
/// Checked before start() runs: every value has the declared type and lies in its range, and the defaults
/// of plugin.yaml already stand where the file says nothing. So a read takes no default, and each reader is
/// called as the type in plugin.yaml is called. Reading a name that is not declared, with the reader of
/// another type, or that has no value (see has()) is a fault of the program: std::logic_error, naming both.
///
/// Immutable; safe from every thread. Copies share one store and are cheap. References and views live as
/// long as any copy of the options they came from.
class MORTISE_API Options {
public:
    /// Values by name, sorted by name.
    template <typename T>
    using Map = std::map<std::string, T, std::less<>>;

    /// No options at all.
    Options();
    /// For the server and the test host, which alone make options (see option_value.h).
    /// `path` is how the faults name them ("chat", "chat.history"); values stand in the order of declaration.
    Options(std::string path, std::vector<std::pair<std::string, OptionValue>> values);

    /// A text; also of the types one_of, url and path. May be empty unless plugin.yaml sets a min_length.
    const std::string& text(std::string_view name) const;
    /// A text that came from the environment or a file. Never log it.
    const std::string& secret(std::string_view name) const;
    /// A whole number.
    std::int64_t integer(std::string_view name) const;
    /// A finite number.
    double number(std::string_view name) const;
    /// true or false.
    bool flag(std::string_view name) const;
    /// A duration, never negative, at most 3650 days.
    std::chrono::milliseconds duration(std::string_view name) const;
    /// A size in bytes, at most 2^53.
    std::uint64_t size(std::string_view name) const;
    /// A list of texts in the order of the file; empty when none were given.
    const std::vector<std::string>& texts(std::string_view name) const;
    /// A list of whole numbers in the order of the file; empty when none were given.
    const std::vector<std::int64_t>& integers(std::string_view name) const;

    /// Options below an option. A group the file does not mention stands with its defaults; only one that
    /// has a required option of its own is absent then.
    const Options& group(std::string_view name) const;
    /// A list of groups in the order of the file; empty when none were given.
    const std::vector<Options>& groups(std::string_view name) const;
    /// Groups under names the file chooses (policies, roles); empty when none were given.
    const Map<Options>& entries(std::string_view name) const;
    /// Texts under names the file chooses (aliases); empty when none were given.
    const Map<std::string>& text_entries(std::string_view name) const;
    /// Whole numbers under names the file chooses; empty when none were given.
    const Map<std::int64_t>& integer_entries(std::string_view name) const;

    /// Whether a declared option has a value. False only for one that is neither given, nor required, nor has
    /// a default, or that is left to `auto`. Throws as the readers do for a name that is not declared.
    bool has(std::string_view name) const;
    /// Any declared option as it is kept. For the server, which shows and compares options; plugins use the
    /// readers.
    const OptionValue& value(std::string_view name) const;
    /// Every declared name, with or without a value, in the order of plugin.yaml.
    std::vector<std::string_view> names() const;

    /// Same names and same values; paths do not count.
    MORTISE_API friend bool operator==(const Options& left, const Options& right);

private:
    struct Store;
    template <typename T>
    const T& read(std::string_view name, std::string_view reader) const;
    const OptionValue& find(std::string_view name, std::string_view reader) const;

    std::shared_ptr<const Store> store_;
};

}  // namespace mortise
