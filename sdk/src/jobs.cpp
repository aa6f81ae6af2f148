// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/jobs.h>

namespace mortise {

Jobs::~Jobs() = default;

}  // namespace mortise
