// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/mail.h>

namespace mortise {

Mail::~Mail() = default;

}  // namespace mortise
