// SPDX-License-Identifier: Apache-2.0
// A private Redis for tests that are scripts: it says its URL, then obeys words, one a line (kill, start,
// freeze, thaw, or a command of Redis), and answers each with a line. It ends, Redis with it, when its input
// does.
#include <exception>
#include <iostream>
#include <string>

#include "support/redis_server.h"

int main(int count, char** words) {
    using mortise::test::RedisServer;
    RedisServer redis(RedisServer::Clock::runs, {words + 1, words + count});
    std::cout << redis.url() << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        std::string answer = "done";
        if (line == "kill") {
            redis.kill();
        } else if (line == "start") {
            redis.start();
        } else if (line == "freeze") {
            redis.freeze();
        } else if (line == "thaw") {
            redis.thaw();
        } else {
            answer = redis.command(line);
            answer.resize(answer.find('\r'));
        }
        std::cout << answer << std::endl;
    }
}
