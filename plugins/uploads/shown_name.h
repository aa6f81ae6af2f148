// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace uploads {

/// A client's name for a file, made fit to be shown and to be saved under: what stands behind the last slash
/// of either kind, without control characters and marks that turn text round, at most 200 bytes with its
/// extension kept. Never empty; never used for a path on this machine.
std::string shown_name(std::string_view sent);

/// Content-Disposition (RFC 6266) that gives a download this name, in every script.
std::string disposition(std::string_view kind, std::string_view name);

}  // namespace uploads
