// SPDX-License-Identifier: Apache-2.0
#include "es256_key.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>

#include <array>
#include <stdexcept>

#include <mortise/base64.h>

#include "digest.h"

namespace auth {

namespace {

template <auto free_object>
struct Free {
    template <class Object>
    void operator()(Object* object) const {
        free_object(object);
    }
};
template <class Object, auto free_object>
using Owned = std::unique_ptr<Object, Free<free_object>>;

using Context = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Signature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using Bytes = Owned<BIO, BIO_free_all>;

constexpr int half = 32;  // of a signature: r and s

[[noreturn]] void fail(const char* what) {
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
    ERR_clear_error();
    throw std::runtime_error(std::string(what) + ": " + reason.data());
}

Es256Key::Coordinates coordinates_of(const EVP_PKEY* key) {
    std::array<char, 32> group{};
    if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(),
                                       nullptr) != 1 ||
        std::string_view(group.data()) != "prime256v1")
        throw std::runtime_error("the token signing key is not of the curve P-256");
    std::array<char, 1 + 2 * half> point{};
    std::size_t size = 0;
    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY,
                                        reinterpret_cast<unsigned char*>(point.data()), point.size(),
                                        &size) != 1 ||
        size != point.size() || point[0] != 4)  // 4: uncompressed
        throw std::runtime_error("the token signing key has no plain public point");
    return {mortise::base64url_encode({point.data() + 1, half}),
            mortise::base64url_encode({point.data() + 1 + half, half})};
}

std::string thumbprint(const Es256Key::Coordinates& point) {
    const std::string canonical =
        R"({"crv":"P-256","kty":"EC","x":")" + point.x + R"(","y":")" + point.y + R"("})";
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), octets(canonical), canonical.size());
    return mortise::base64url_encode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

// JWS has r and s side by side, OpenSSL wants them in DER.
std::string to_der(std::string_view signature) {
    const Signature pair(ECDSA_SIG_new());
    BIGNUM* r = BN_bin2bn(octets(signature), half, nullptr);
    BIGNUM* s = BN_bin2bn(octets(signature) + half, half, nullptr);
    if (!pair || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        throw std::bad_alloc();
    }
    std::array<unsigned char, 80> der{};
    unsigned char* end = der.data();
    const int size = i2d_ECDSA_SIG(pair.get(), &end);
    return {reinterpret_cast<const char*>(der.data()), static_cast<std::size_t>(std::max(size, 0))};
}

}  // namespace

void Es256Key::FreeKey::operator()(EVP_PKEY* key) const {
    EVP_PKEY_free(key);
}

std::string Es256Key::make_pem() {
    const KeyPtr key(EVP_EC_gen("P-256"));
    const Bytes bytes(BIO_new(BIO_s_secmem()));
    if (!key || !bytes ||
        PEM_write_bio_PrivateKey(bytes.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        fail("a token signing key cannot be made");
    const char* text = nullptr;
    const auto size = BIO_get_mem_data(bytes.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::shared_ptr<const Es256Key> Es256Key::from_pem(std::string_view pem) {
    const Bytes bytes(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const auto no_passphrase = [](char*, int, int, void*) { return -1; };
    KeyPtr key(PEM_read_bio_PrivateKey(bytes.get(), nullptr, no_passphrase, nullptr));
    if (!key) fail("the token signing key cannot be read (an unencrypted private key in PEM is wanted)");
    Coordinates coordinates = coordinates_of(key.get());
    return std::shared_ptr<const Es256Key>(new Es256Key(std::move(key), std::move(coordinates)));
}

Es256Key::Es256Key(KeyPtr key, Coordinates coordinates)
    : TokenKey(thumbprint(coordinates)), key_(std::move(key)), coordinates_(std::move(coordinates)) {}

std::string Es256Key::sign(std::string_view text) const {
    const Context context(EVP_MD_CTX_new());
    std::array<unsigned char, 80> der{};
    std::size_t size = der.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), der.data(), &size, octets(text), text.size()) != 1)
        fail("a token cannot be signed");
    const unsigned char* begin = der.data();
    const Signature pair(d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(size)));
    std::string signature(2 * half, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(signature.data());
    if (!pair || BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, half) != half ||
        BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + half, half) != half)
        fail("a token cannot be signed");
    return signature;
}

bool Es256Key::verifies(std::string_view text, std::string_view signature) const {
    if (signature.size() != 2 * half) return false;
    const std::string der = to_der(signature);
    const Context context(EVP_MD_CTX_new());
    const bool good =
        context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
        EVP_DigestVerify(context.get(), octets(der), der.size(), octets(text), text.size()) == 1;
    if (!good) ERR_clear_error();  // the queue belongs to the thread, and TLS reads it too
    return good;
}

std::optional<mortise::JsonObject> Es256Key::public_jwk() const {
    return mortise::JsonObject{{"kty", "EC"},  {"crv", "P-256"}, {"x", coordinates_.x}, {"y", coordinates_.y},
                               {"kid", kid()}, {"alg", "ES256"}, {"use", "sig"}};
}

}  // namespace auth
