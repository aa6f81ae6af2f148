// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Poco/Net/Context.h>

#include <mutex>
#include <string>

namespace mortise::service {

/// The context in which one part of the server speaks TLS to others, see make_client_context(). The system's
/// authorities are a hundred certificates and more, whose reading was over half of a start under ASan: they
/// are read when they are first needed. A file is read at once, so that what is wrong with it is told at the
/// start.
class ClientTls {
public:
    explicit ClientTls(std::string authorities_file);

    /// Thread-safe. Throws Poco::Exception.
    Poco::Net::Context::Ptr context() const;

private:
    const std::string authorities_file_;
    mutable std::once_flag made_;
    mutable Poco::Net::Context::Ptr context_;
};

}  // namespace mortise::service
