// SPDX-License-Identifier: Apache-2.0
#include <mortise/sdk.h>

namespace mortise {
MORTISE_API int function_of_another_time(const std::string& text);
}

namespace unlinked {

class Unlinked final : public mortise::Plugin {
public:
    void start(mortise::Host&) override { mortise::function_of_another_time("x"); }
};

}  // namespace unlinked
MORTISE_PLUGIN(unlinked::Unlinked)
