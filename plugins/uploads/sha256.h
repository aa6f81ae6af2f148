// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace uploads {

/// SHA-256 of bytes that come in pieces, by OpenSSL: with the processor's own instructions where it has them.
class Sha256 {
public:
    Sha256();
    void add(std::string_view bytes);
    /// In lower-case hex; once.
    std::string finish();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace uploads
