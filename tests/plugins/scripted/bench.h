// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>

#include <mortise/services/identity.h>
#include <mortise/testing/test_host.h>

#include "script.h"

/// A plugin that acts on what routes declare, in front of routes whose answers the test writes and counts.
class Bench final : public scripted::Script {
public:
    explicit Bench(std::string plugin, std::string options = {}) : host("scripted") {
        host.provide<scripted::Script>(*this);
        host.beside(std::move(plugin), std::move(options));
    }

    mortise::Response answer(const mortise::Request& request) override {
        const int run = ++runs;
        return handler ? handler(request, run) : mortise::Response::text("answer " + std::to_string(run));
    }

    std::function<mortise::Response(const mortise::Request&, int run)> handler;
    std::atomic<int> runs{0};
    mortise::testing::TestHost host;
};
