// SPDX-License-Identifier: Apache-2.0
#include "sha256.h"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace uploads {

namespace {

void require(int outcome) {
    if (outcome != 1) throw std::runtime_error("OpenSSL has no SHA-256");
}

}  // namespace

Sha256::Sha256() : context_(::EVP_MD_CTX_new()) {
    require(::EVP_DigestInit_ex(context_.get(), ::EVP_sha256(), nullptr));
}

void Sha256::add(std::string_view bytes) {
    require(::EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Sha256::finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    require(::EVP_DigestFinal_ex(context_.get(), digest.data(), &size));
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned int place = 0; place < size; ++place) {
        text += digits[digest[place] >> 4];
        text += digits[digest[place] & 0xF];
    }
    return text;
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
    ::EVP_MD_CTX_free(context);
}

}  // namespace uploads
