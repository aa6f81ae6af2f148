// SPDX-License-Identifier: Apache-2.0
#include "service/client_tls.h"

#include <utility>

#include "service/outgoing_socket.h"

namespace mortise::service {

ClientTls::ClientTls(std::string authorities_file) : authorities_file_(std::move(authorities_file)) {
    if (!authorities_file_.empty()) context();
}

Poco::Net::Context::Ptr ClientTls::context() const {
    std::call_once(made_, [this] { context_ = make_client_context(authorities_file_); });
    return context_;
}

}  // namespace mortise::service
