// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace mortise::service {

/// How we speak TLS to others: 1.2 or later, certificates and host names verified against the system's
/// authorities or, when it is not empty, against the certificates in this file alone. The other two files,
/// when not empty, are what we show of ourselves.
Poco::Net::Context::Ptr make_client_context(const std::string& authorities_file,
                                            const std::string& certificate_file = {},
                                            const std::string& key_file = {});

/// Tries the host's addresses one after the other, within the time together. Throws Poco::Exception.
Poco::Net::StreamSocket connect_to(const std::string& host, std::uint16_t port,
                                   std::chrono::milliseconds time);

/// Shakes hands; throws Poco::Exception, also for a certificate that is not the host's.
Poco::Net::SecureStreamSocket secure(const Poco::Net::StreamSocket& socket, const std::string& host,
                                     const Poco::Net::Context::Ptr& context);

}  // namespace mortise::service
