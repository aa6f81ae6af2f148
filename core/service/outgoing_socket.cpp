// SPDX-License-Identifier: Apache-2.0
#include "service/outgoing_socket.h"

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>

#include <optional>

namespace mortise::service {

namespace net = Poco::Net;

net::Context::Ptr make_client_context(const std::string& authorities_file,
                                      const std::string& certificate_file, const std::string& key_file) {
    net::Context::Params parameters;
    parameters.verificationMode = net::Context::VERIFY_STRICT;
    parameters.verificationDepth = 9;
    parameters.caLocation = authorities_file;
    parameters.certificateFile = certificate_file;
    parameters.privateKeyFile = key_file;
    parameters.loadDefaultCAs = authorities_file.empty();
    net::Context::Ptr context(new net::Context(net::Context::TLS_CLIENT_USE, parameters));
    context->requireMinimumProtocol(net::Context::PROTO_TLSV1_2);
    context->enableExtendedCertificateVerification(true);
    return context;
}

net::StreamSocket connect_to(const std::string& host, std::uint16_t port, std::chrono::milliseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    const auto left = [until] { return until - std::chrono::steady_clock::now(); };
    std::optional<Poco::TimeoutException> timeout;
    std::string refused;
    net::IPAddress literal;
    const auto addresses = net::IPAddress::tryParse(host, literal) ? net::HostEntry::AddressList{literal}
                                                                   : net::DNS::hostByName(host).addresses();
    for (const auto& address : addresses) {
        const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(left()).count();
        if (micros <= 0) throw Poco::TimeoutException("connecting to " + host);
        try {
            net::StreamSocket socket;
            socket.connect(net::SocketAddress(address, port), Poco::Timespan(micros));
            socket.setNoDelay(true);
            return socket;
        } catch (const Poco::TimeoutException& fault) {
            timeout = fault;
        } catch (const Poco::Exception& fault) {
            refused = fault.displayText();
        }
    }
    if (timeout) throw *timeout;
    throw net::ConnectionRefusedException(refused.empty() ? "no address for " + host : refused);
}

net::SecureStreamSocket secure(const net::StreamSocket& socket, const std::string& host,
                               const net::Context::Ptr& context) {
    return net::SecureStreamSocket::attach(socket, host, context);
}

}  // namespace mortise::service
