// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/services/people.h>

#include "new_account.h"
#include "parts.h"

namespace auth {

/// The accounts, for other plugins and for the command line.
class PeopleDirectory final : public mortise::People {
public:
    explicit PeopleDirectory(const Parts& parts) : parts_(parts), shape_(new_account_shape()) {}

    mortise::Person create(const mortise::NewPerson& wanted) override;
    void set_role(std::string_view id, std::string_view role) override;
    void set_password(std::string_view id, std::string_view password) override;
    void ban(std::string_view id) override;
    void unban(std::string_view id) override;
    void remove(std::string_view id) override;

    std::optional<mortise::Person> find(std::string_view id) const override;
    std::optional<mortise::Person> find_by_login(std::string_view login) const override;
    std::vector<mortise::Person> find_many(const std::vector<std::string>& ids) const override;
    mortise::PeoplePage search(std::string_view text, int limit,
                               std::optional<std::string_view> cursor) const override;

private:
    NewAccount checked(const mortise::NewPerson& wanted) const;
    void refuse_role(std::string_view role) const;
    void publish(std::string_view topic, std::string_view id) const;

    const Parts& parts_;
    mortise::Shape<NewAccount> shape_;
};

}  // namespace auth
