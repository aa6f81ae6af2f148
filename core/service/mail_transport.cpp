// SPDX-License-Identifier: Apache-2.0
#include "service/mail_transport.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "service/smtp.h"

namespace mortise::service {

namespace {

constexpr std::string_view file_scheme = "file:";

// For development: what would have been sent, readable by the server's user alone.
class FolderTransport final : public MailTransport {
public:
    FolderTransport(std::filesystem::path folder, Sender sender, const Clock& clock)
        : folder_(std::move(folder)), sender_(std::move(sender)), clock_(clock) {
        std::filesystem::create_directories(folder_);
    }

    void deliver(const MailMessage& message, const std::string& id) override {
        const std::string path = folder_ / (id + ".eml");
        const std::string text = compose(message, sender_, id, clock_.now());
        const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        const auto written = file < 0 ? -1 : ::write(file, text.data(), text.size());
        const int fault = errno;
        if (file >= 0) ::close(file);
        if (written != static_cast<ssize_t>(text.size()))
            throw std::system_error(fault, std::generic_category(), path);
    }

private:
    std::filesystem::path folder_;
    Sender sender_;
    const Clock& clock_;
};

}  // namespace

std::unique_ptr<MailTransport> MailTransport::from(const MailSettings& settings, const Clock& clock) {
    if (settings.host.empty()) return nullptr;
    Sender sender = Sender::parse(settings.from);
    if (settings.host.starts_with(file_scheme))
        return std::make_unique<FolderTransport>(settings.host.substr(file_scheme.size()), std::move(sender),
                                                 clock);
    return std::make_unique<SmtpTransport>(settings, std::move(sender), clock);
}

}  // namespace mortise::service
