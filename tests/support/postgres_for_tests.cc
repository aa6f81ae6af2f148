// SPDX-License-Identifier: Apache-2.0
// A private PostgreSQL for tests that are scripts: each line it reads is answered with the URL of a database
// where there is nothing yet. It ends, PostgreSQL with it, when its input does.
#include <iostream>
#include <string>

#include "support/postgres.h"

int main() {
    mortise::test::Postgres postgres;
    for (std::string line; std::getline(std::cin, line);) std::cout << postgres.fresh_database() << std::endl;
}
