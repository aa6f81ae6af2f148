// SPDX-License-Identifier: Apache-2.0
#include <mortise/sdk.h>

namespace another_sdk {

class AnotherSdk final : public mortise::Plugin {
public:
    void start(mortise::Host&) override {}
};

}  // namespace another_sdk
MORTISE_PLUGIN(another_sdk::AnotherSdk)
