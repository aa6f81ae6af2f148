// SPDX-License-Identifier: Apache-2.0
#include "plugin/library.h"

#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/dll/shared_library.hpp>

#include "plugin/elf_note.h"
#include "plugin/exception_text.h"
#include "plugin/fault.h"

namespace mortise::plugin {

namespace {

constexpr const char* entry_symbol = "mortise_plugin";

std::string_view after(std::string_view text, std::string_view mark) {
    const std::size_t place = text.find(mark);
    return place == text.npos ? std::string_view() : text.substr(place + mark.size());
}

/// The loader's words ("<path>: undefined symbol: x (…)") as one line about this file.
std::string explain(const std::filesystem::path& file, std::string_view loader) {
    const std::string name = file.filename().string();
    if (const std::string_view words = after(loader, "(dlerror system message: "); !words.empty())
        loader = words.substr(0, words.rfind("): "));
    if (std::string_view symbol = after(loader, "undefined symbol: "); !symbol.empty())
        return name + " needs " +
               readable_symbol(std::string(symbol.substr(0, symbol.find_first_of(" \n,])")))) +
               ", which neither this server nor a library it names has";
    constexpr std::string_view not_there = ": cannot open shared object file";
    if (const std::size_t end = loader.find(not_there); end != loader.npos) {
        const std::size_t start = loader.find_last_of(" (", end - 1);
        const std::string_view missing =
            loader.substr(start == loader.npos ? 0 : start + 1).substr(0, end - start - 1);
        if (missing != file.native())
            return name + " needs " + std::string(missing) + ", which is not installed";
    }
    std::string said(loader);
    for (char& c : said)
        if (static_cast<unsigned char>(c) < ' ') c = ' ';
    return name + " can't be loaded: " + said;
}

/// Never destroyed, on purpose: destroying it would unload the library.
const boost::dll::shared_library& keep(std::unique_ptr<boost::dll::shared_library> library) {
    static std::mutex mutex;
    static auto& kept = *new std::vector<std::unique_ptr<boost::dll::shared_library>>;
    const std::lock_guard lock(mutex);
    return *kept.emplace_back(std::move(library));
}

}  // namespace

std::optional<std::string> file_fault(const std::filesystem::path& file) try {
    return abi_mismatch(file.filename().string(), read_abi_tag(file));
} catch (const PluginFault& fault) {
    return fault.what();
}

const PluginEntry& load_library(const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::absolute(file, error);
    auto library = std::make_unique<boost::dll::shared_library>();
    try {
        library->load(whole, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
    } catch (const std::exception& fault) {
        throw PluginFault(explain(whole, fault.what()));
    }
    const boost::dll::shared_library& kept = keep(std::move(library));
    if (!kept.has(entry_symbol))
        throw PluginFault(name + " does not export " + entry_symbol +
                          ": MORTISE_PLUGIN(Class) is missing from its sources");
    const auto& entry = kept.get<const PluginEntry>(entry_symbol);
    if (entry.entry_size < sizeof(PluginEntry) || entry.create == nullptr || entry.destroy == nullptr)
        throw PluginFault(name + " exports a " + entry_symbol + " that is none of MORTISE_PLUGIN's");
    if (auto mismatch = abi_mismatch(name, entry.abi_tag)) throw PluginFault(*mismatch);
    return entry;
}

}  // namespace mortise::plugin
