// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include <mortise/server/request_parts.h>

#include "http/head_scanner.h"

namespace mortise::http {

/// Boost.Beast's parser, fed by hand. It is slow to compile, so this is the only place that knows it.
class RequestParser {
public:
    RequestParser();
    ~RequestParser();

    /// Reads a head that the scanner has passed into `parts`, as views into `head`. 0, or the status to
    /// refuse it with; a head whose body would end elsewhere for Beast than for the scanner is refused too.
    int parse_head(std::string_view head, const Framing& framing, RequestParts& parts);

private:
    class Beast;
    std::unique_ptr<Beast> beast_;
};

}  // namespace mortise::http
