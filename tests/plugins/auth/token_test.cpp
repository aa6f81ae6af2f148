// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/base64.h>
#include <mortise/json.h>

#include <algorithm>
#include <string>

#include "plugins/auth/digest.h"
#include "plugins/auth/es256_key.h"
#include "plugins/auth/hs256_key.h"
#include "plugins/auth/token_cache.h"
#include "plugins/auth/token_signer.h"
#include "plugins/auth/token_verifier.h"

using namespace std::chrono_literals;
using auth::Claims;
using auth::Es256Key;
using auth::Hs256Key;
using auth::SharedKey;
using auth::TokenSigner;
using auth::TokenVerifier;
using auth::Verified;
using mortise::JsonObject;
using mortise::Time;

namespace {

const auth::TokenParties parties{"mortise", "app"};
const Time noon{std::chrono::seconds(1'900'000'000)};

SharedKey es256() {
    static const SharedKey key = Es256Key::from_pem(Es256Key::make_pem());
    return key;
}
SharedKey hs256(const std::string& secret = "0123456789abcdef0123456789abcdef") {
    return std::make_shared<const Hs256Key>(secret);
}

Claims ann() {
    return {"ann", "admin", "session-1", noon, noon + 15min};
}

JsonObject good_payload() {
    return {{"iss", "mortise"}, {"aud", "app"},         {"sub", "ann"},        {"sid", "session-1"},
            {"role", "admin"},  {"iat", 1'900'000'000}, {"exp", 1'900'000'900}};
}

std::string token_of(const std::string& header, const std::string& payload, const auth::TokenKey& key) {
    const std::string text = mortise::base64url_encode(header) + '.' + mortise::base64url_encode(payload);
    return text + '.' + mortise::base64url_encode(key.sign(text));
}
std::string token_of(const JsonObject& header, const JsonObject& payload, const auth::TokenKey& key) {
    return token_of(mortise::to_text(header), mortise::to_text(payload), key);
}
JsonObject header_of(const auth::TokenKey& key) {
    return {{"alg", key.algorithm()}, {"kid", key.kid()}};
}

std::string fault_of(const SharedKey& key, std::string_view token, Time now = noon,
                     std::chrono::milliseconds leeway = 0ms) {
    const Verified verified = TokenVerifier({key}, parties, leeway).verify(token, now);
    return verified.claims ? "accepted" : std::string(verified.fault);
}
std::string fault_of_payload(const JsonObject& payload, Time now = noon) {
    return fault_of(es256(), token_of(header_of(*es256()), payload, *es256()), now);
}
std::string fault_with(std::string_view claim, const mortise::Json& value) {
    auto payload = good_payload();
    payload[claim] = value;
    return fault_of_payload(payload);
}
std::string fault_without(std::string_view claim) {
    auto payload = good_payload();
    payload.erase(claim);
    return fault_of_payload(payload);
}

}  // namespace

TEST_CASE("a signed token gives back its claims, whole seconds only") {
    const SharedKey key = GENERATE(es256(), hs256());
    Claims claims = ann();
    claims.expires_at += 400ms;
    const std::string token = TokenSigner(key, parties).sign(claims);
    const Verified verified = TokenVerifier({key}, parties, 0ms).verify(token, noon);
    REQUIRE(verified.claims);
    CHECK(verified.claims->account_id == "ann");
    CHECK(verified.claims->role == "admin");
    CHECK(verified.claims->session_id == "session-1");
    CHECK(verified.claims->issued_at == noon);
    CHECK(verified.claims->expires_at == noon + 15min);
}

TEST_CASE("two signatures of one token differ, and both are right") {
    const TokenSigner signer(es256(), parties);
    const std::string first = signer.sign(ann()), second = signer.sign(ann());
    CHECK(first != second);
    CHECK(fault_of(es256(), first) == "accepted");
    CHECK(fault_of(es256(), second) == "accepted");
}

TEST_CASE("a token ends at exp, and not one second later") {
    const std::string token = TokenSigner(es256(), parties).sign(ann());
    CHECK(fault_of(es256(), token, noon + 15min - 1ms) == "accepted");
    CHECK(fault_of(es256(), token, noon + 15min) == "expired");
    CHECK(fault_of(es256(), token, noon + 15min + 4s, 5s) == "accepted");
    CHECK(fault_of(es256(), token, noon + 15min + 5s, 5s) == "expired");
}

TEST_CASE("a token is refused before nbf, but for the leeway") {
    auto payload = good_payload();
    payload["nbf"] = 1'900'000'003;
    const std::string token = token_of(header_of(*es256()), payload, *es256());
    CHECK(fault_of(es256(), token) == "not_yet_valid");
    CHECK(fault_of(es256(), token, noon + 3s) == "accepted");
    CHECK(fault_of(es256(), token, noon, 3s) == "accepted");
}

TEST_CASE("iss and aud must be ours; aud may be a list") {
    CHECK(fault_with("iss", "someone") == "invalid");
    CHECK(fault_without("iss") == "invalid");
    CHECK(fault_with("aud", "another") == "invalid");
    CHECK(fault_without("aud") == "invalid");
    CHECK(fault_with("aud", 7) == "invalid");
    CHECK(fault_with("aud", mortise::JsonArray{}) == "invalid");
    CHECK(fault_with("aud", mortise::JsonArray{"another", "app"}) == "accepted");
    CHECK(fault_with("aud", mortise::JsonArray{"another", 7}) == "invalid");
}

TEST_CASE("exp and sub must be there, and times are whole numbers of seconds") {
    CHECK(fault_without("exp") == "malformed");
    CHECK(fault_without("sub") == "malformed");
    CHECK(fault_with("sub", "") == "malformed");
    CHECK(fault_with("sub", 7) == "malformed");
    CHECK(fault_with("exp", "1900000900") == "malformed");
    CHECK(fault_with("exp", 1'900'000'900.5) == "malformed");
    CHECK(fault_with("exp", nullptr) == "malformed");
    CHECK(fault_with("exp", -1) == "malformed");
    CHECK(fault_with("exp", std::numeric_limits<std::int64_t>::max()) == "malformed");
    CHECK(fault_with("nbf", "soon") == "malformed");
    CHECK(fault_with("iat", true) == "malformed");
}

TEST_CASE("the token does not choose how it is checked") {
    const std::string payload = mortise::to_text(good_payload());
    SECTION("alg none, with and without a signature") {
        const std::string head =
            mortise::base64url_encode(R"({"alg":"none","kid":")" + es256()->kid() + R"("})");
        const std::string text = head + '.' + mortise::base64url_encode(payload);
        CHECK(fault_of(es256(), text + '.') == "invalid");
        CHECK(fault_of(es256(), text + '.' + mortise::base64url_encode(es256()->sign(text))) == "invalid");
    }
    SECTION("HS256 with the public key for a secret") {
        const auto jwk = es256()->public_jwk();
        const Hs256Key confused(mortise::to_text(*jwk));
        CHECK(fault_of(es256(), token_of({{"alg", "HS256"}, {"kid", es256()->kid()}}, good_payload(),
                                         confused)) == "invalid");
        CHECK(fault_of(es256(), token_of({{"alg", "HS256"}}, good_payload(), confused)) == "invalid");
    }
    SECTION("another alg than the key's, whatever its spelling") {
        for (const char* alg : {"ES384", "es256", "RS256", "", "ES256 "})
            CHECK(fault_of(es256(), token_of({{"alg", alg}, {"kid", es256()->kid()}}, good_payload(),
                                             *es256())) == "invalid");
        CHECK(fault_of(es256(), token_of({{"kid", es256()->kid()}}, good_payload(), *es256())) == "invalid");
        CHECK(fault_of(es256(), token_of({{"alg", 7}, {"kid", es256()->kid()}}, good_payload(), *es256())) ==
              "invalid");
    }
    SECTION("a key of its own") {
        const auto thief = Es256Key::from_pem(Es256Key::make_pem());
        CHECK(fault_of(es256(),
                       token_of({{"alg", "ES256"}, {"kid", es256()->kid()}, {"jwk", *thief->public_jwk()}},
                                good_payload(), *thief)) == "invalid");
    }
    SECTION("an extension nobody here knows") {
        CHECK(fault_of(
                  es256(),
                  token_of({{"alg", "ES256"}, {"kid", es256()->kid()}, {"crit", mortise::JsonArray{"b64"}}},
                           good_payload(), *es256())) == "invalid");
    }
}

TEST_CASE("the kid must be one of ours; only a shared secret takes tokens without one") {
    CHECK(fault_of(es256(), token_of({{"alg", "ES256"}, {"kid", "other"}}, good_payload(), *es256())) ==
          "invalid");
    CHECK(fault_of(es256(), token_of({{"alg", "ES256"}, {"kid", 7}}, good_payload(), *es256())) == "invalid");
    CHECK(fault_of(es256(), token_of({{"alg", "ES256"}}, good_payload(), *es256())) == "invalid");
    CHECK(fault_of(hs256(), token_of({{"alg", "HS256"}}, good_payload(), *hs256())) == "accepted");
    CHECK(fault_of(hs256(), token_of({{"alg", "HS256"}, {"kid", "other"}}, good_payload(), *hs256())) ==
          "invalid");
}

TEST_CASE("tokens of the secret before are accepted beside those of the present one") {
    const SharedKey present = hs256(std::string(32, 'a')), before = hs256(std::string(32, 'b'));
    const TokenVerifier verifier({present, before}, parties, 0ms);
    CHECK(verifier.verify(TokenSigner(present, parties).sign(ann()), noon).claims);
    CHECK(verifier.verify(TokenSigner(before, parties).sign(ann()), noon).claims);
    CHECK_FALSE(verifier.verify(TokenSigner(hs256(std::string(32, 'c')), parties).sign(ann()), noon).claims);
}

TEST_CASE("a token has exactly three parts of strict base64url") {
    const std::string good = TokenSigner(es256(), parties).sign(ann());
    REQUIRE(fault_of(es256(), good) == "accepted");
    CHECK(fault_of(es256(), "") == "malformed");
    CHECK(fault_of(es256(), "..") == "invalid");
    CHECK(fault_of(es256(), good + '.') == "malformed");
    CHECK(fault_of(es256(), good + ".more") == "malformed");
    CHECK(fault_of(es256(), good.substr(0, good.rfind('.'))) == "malformed");
    CHECK(fault_of(es256(), good + '=') == "malformed");
    CHECK(fault_of(es256(), good + "==") == "malformed");
    CHECK(fault_of(es256(), good + ' ') == "malformed");
    CHECK(fault_of(es256(), good + '\n') == "malformed");
    CHECK(fault_of(es256(), ' ' + good) == "invalid");
    CHECK(fault_of(es256(), good + 'A') != "accepted");
    CHECK(fault_of(es256(), good.substr(0, good.size() - 1)) != "accepted");
    std::string other_alphabet = good;
    std::replace(other_alphabet.begin(), other_alphabet.end(), '-', '+');
    std::replace(other_alphabet.begin(), other_alphabet.end(), '_', '/');
    CHECK((other_alphabet == good || fault_of(es256(), other_alphabet) != "accepted"));
}

TEST_CASE("one changed character anywhere makes a token worthless") {
    const std::string good = TokenSigner(es256(), parties).sign(ann());
    std::size_t accepted = 0;
    for (std::size_t place = 0; place < good.size(); ++place) {
        std::string changed = good;
        changed[place] = changed[place] == 'A' ? 'B' : 'A';
        if (fault_of(es256(), changed) == "accepted") ++accepted;
    }
    CHECK(accepted == 0);
}

TEST_CASE("a header or payload that is no small object is refused though it is signed") {
    const std::string header = mortise::to_text(header_of(*es256()));
    for (const char* payload : {"", "[]", "null", "7", "{", R"({"sub":"ann"} {})", R"({"a":[[[[[1]]]]]})"})
        CHECK(fault_of(es256(), token_of(header, payload, *es256())) == "malformed");
    for (const char* strange : {"", "[]", "null", "{", "ES256"})
        CHECK(fault_of(es256(), token_of(strange, mortise::to_text(good_payload()), *es256())) == "invalid");
}

TEST_CASE("a huge token is refused unread") {
    auto payload = good_payload();
    payload["filler"] = std::string(TokenVerifier::most_bytes, 'x');
    CHECK(fault_of_payload(payload) == "malformed");
    CHECK(fault_of(es256(), std::string(1 << 20, 'A')) == "malformed");
    CHECK(fault_of(es256(), std::string(TokenVerifier::most_bytes, '.')) == "malformed");
}

TEST_CASE("an ES256 signature is r and s of 32 bytes each, and nothing else") {
    const std::string text = "signed text";
    const std::string good = es256()->sign(text);
    REQUIRE(good.size() == 64);
    CHECK(es256()->verifies(text, good));
    CHECK_FALSE(es256()->verifies(text, good.substr(0, 63)));
    CHECK_FALSE(es256()->verifies(text, good + '\0'));
    CHECK_FALSE(es256()->verifies(text, ""));
    CHECK_FALSE(es256()->verifies(text, std::string(64, '\0')));
    CHECK_FALSE(es256()->verifies(text, std::string(64, '\xff')));
    CHECK_FALSE(es256()->verifies(text, good.substr(0, 32) + std::string(32, '\0')));
    CHECK_FALSE(es256()->verifies(text, std::string(32, '\0') + good.substr(32)));
    CHECK_FALSE(es256()->verifies(text, good.substr(32) + good.substr(0, 32)));
    // DER, as OpenSSL writes it
    const std::string der = "\x30\x44\x02\x20" + good.substr(0, 32) + "\x02\x20" + good.substr(32);
    CHECK_FALSE(es256()->verifies(text, der));
}

TEST_CASE("signing a hundred times gives signatures of one size, leading zeros or not") {
    for (int round = 0; round < 100; ++round) {
        const std::string text = "text " + std::to_string(round);
        const std::string signature = es256()->sign(text);
        REQUIRE(signature.size() == 64);
        REQUIRE(es256()->verifies(text, signature));
    }
}

TEST_CASE("an ES256 key is an unencrypted P-256 private key in PEM") {
    CHECK_THROWS_AS(Es256Key::from_pem(""), std::runtime_error);
    CHECK_THROWS_AS(Es256Key::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
                    std::runtime_error);
    CHECK_THROWS_WITH(Es256Key::from_pem("-----BEGIN PRIVATE KEY-----\n"
                                         "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBAzfVlacWIk7NbM/Hj\n"
                                         "xVBhr2JuhqaoYl9Q/pHVS3rGH/6CCfZ2CIBICqkUuDFbcBKhZANiAASFXSAzNksa\n"
                                         "mr+U+l2X8EMuA/3QQZNxkkmxKoR7ZdsP9z59mi2LP6Wy37Gn3scmB4ItlycDKCrD\n"
                                         "HhaH5BXVc62/aVr3IkILcoRUV1bH9vhlBg+WxzRENXHuyvycvyntiiI=\n"
                                         "-----END PRIVATE KEY-----\n"),
                      "the token signing key is not of the curve P-256");
}

TEST_CASE("two nodes that read one key agree on its kid, and the public half tells no secret") {
    const std::string pem = Es256Key::make_pem();
    const auto first = Es256Key::from_pem(pem), second = Es256Key::from_pem(pem);
    CHECK(first->kid() == second->kid());
    CHECK(first->kid().size() == 43);
    CHECK(second->verifies("text", first->sign("text")));
    const auto jwk = *first->public_jwk();
    CHECK_FALSE(jwk.contains("d"));
    CHECK(jwk.at("crv") == "P-256");
    CHECK(jwk.at("kid").as_string() == first->kid());
    CHECK_FALSE(hs256()->public_jwk());
}

TEST_CASE("the key of RFC 7515 A.3 has the thumbprint for a kid, and its signature verifies") {
    // The private key of appendix A.3, as PKCS #8.
    const auto key = Es256Key::from_pem(
        "-----BEGIN PRIVATE KEY-----\n"
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff\n"
        "H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp\n"
        "7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt\n"
        "-----END PRIVATE KEY-----\n");
    CHECK(key->public_jwk()->at("x") == "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
    CHECK(key->public_jwk()->at("y") == "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    CHECK(key->kid() == "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
    CHECK(key->verifies(
        "eyJhbGciOiJFUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
        *mortise::base64url_decode(
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")));
}

TEST_CASE("a short shared secret is refused") {
    CHECK_THROWS_AS(Hs256Key(std::string(31, 'a')), std::runtime_error);
    CHECK_NOTHROW(Hs256Key(std::string(32, 'a')));
}

TEST_CASE("HS256 signs as RFC 7515 A.1 says") {
    const auto secret = mortise::base64url_decode(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
    const Hs256Key key(*secret);
    const std::string text =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    CHECK(mortise::base64url_encode(key.sign(text)) == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

TEST_CASE("the cache finds the very same token only, and forgets what nobody asks for") {
    auth::TokenCache cache(64);
    const auto user = std::make_shared<const mortise::User>(mortise::User{"ann", "user", "s", {}});
    cache.keep("head.body.signature", user);
    CHECK(cache.find("head.body.signature") == user);
    CHECK(cache.find("head.bodY.signature") == nullptr);
    CHECK(cache.find("") == nullptr);
    cache.keep("", user);
    for (int number = 0; number < 1000; ++number)
        cache.keep("head.body." + std::to_string(number) + "ture", user);
    CHECK(cache.find("head.body.signature") == nullptr);
    int held = 0;
    for (int number = 0; number < 1000; ++number)
        if (cache.find("head.body." + std::to_string(number) + "ture")) ++held;
    CHECK(held > 0);
    CHECK(held <= 96);  // both halves of every shard
}
