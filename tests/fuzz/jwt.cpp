// SPDX-License-Identifier: Apache-2.0
// links: sodium crypto
// clang-format off
// sources: plugins/auth/token_verifier.cpp plugins/auth/es256_key.cpp plugins/auth/hs256_key.cpp plugins/auth/digest.cpp
// clang-format on
//
// Access tokens from outside. The secret is known here, so that the payload of a token the target signs
// itself is read too; nothing the input says may be accepted that does not carry our signature.
#include <mortise/base64.h>
#include <mortise/text.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "plugins/auth/es256_key.h"
#include "plugins/auth/hs256_key.h"
#include "plugins/auth/token_verifier.h"

namespace {

using auth::SharedKey;

const SharedKey secret_key = std::make_shared<const auth::Hs256Key>("0123456789abcdef0123456789abcdef");
const SharedKey public_key = auth::Es256Key::from_pem(auth::Es256Key::make_pem());
const auth::TokenVerifier verifier({public_key, secret_key}, {"mortise", "mortise"}, std::chrono::seconds(5));
const mortise::Time now{std::chrono::seconds(1'900'000'000)};

std::string sign(std::string_view header, std::string_view payload) {
    const std::string text = mortise::base64url_encode(header) + '.' + mortise::base64url_encode(payload);
    return text + '.' + mortise::base64url_encode(secret_key->sign(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto as_it_came = verifier.verify(input, now);
    if (as_it_came.claims.has_value() != as_it_came.fault.empty()) std::abort();
    if (as_it_came.claims && as_it_came.claims->account_id != "seed")
        std::abort();  // the seeds' only subject

    // Header and payload as text, signed here.
    std::string_view payload = input;
    const std::string_view header = mortise::take_until(payload, '\n');
    const auto signed_here = verifier.verify(sign(header, payload), now);
    if (!signed_here.claims) return 0;
    if (signed_here.claims->account_id.empty() ||
        signed_here.claims->expires_at + std::chrono::seconds(5) <= now)
        std::abort();
    return 0;
}
