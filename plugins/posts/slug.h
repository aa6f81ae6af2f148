// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mortise/services/database.h>

namespace posts {

/// What a title looks like in an address: lower-case words with hyphens between, at most 80 characters.
/// Latin letters lose their accents ("Größe: déjà vu" becomes "grosse-deja-vu"), letters of other
/// scripts stay as they are, symbols go. A title without a letter or digit becomes "post".
std::string slug_of(std::string_view title);

/// A slug of the title that no other post has: slug_of() where it is free, else with the first free of a few
/// numbers behind it. Nobody else gets it before the transaction ends. `own_id` may keep its own.
std::string free_slug(mortise::Transaction& transaction, std::string_view title, std::string_view own_id);

}  // namespace posts
