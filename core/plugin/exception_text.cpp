// SPDX-License-Identifier: Apache-2.0
#include "plugin/exception_text.h"

#include <cstdlib>
#include <exception>
#include <memory>
#include <typeinfo>

#include <cxxabi.h>

namespace mortise::plugin {

std::string exception_text() {
    std::string text;
    try {
        throw;
    } catch (const std::exception& fault) {
        text = fault.what();
    } catch (...) {
        const std::type_info* type = abi::__cxa_current_exception_type();
        text =
            "it threw " + (type ? "an object of type " + readable_symbol(type->name()) : "something foreign");
    }
    for (char& c : text)
        if (static_cast<unsigned char>(c) < ' ') c = ' ';
    return text;
}

std::string readable_symbol(const std::string& symbol) {
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> name(
        abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), std::free);
    return status == 0 ? name.get() : symbol;
}

}  // namespace mortise::plugin
