// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <catch2/catch.hpp>

#include <chrono>
#include <functional>
#include <string>

#include <mortise/services/store.h>

namespace mortise::tests {

/// A store with the hands of its clock. A new backend joins all tests of store_test.cpp by one line in
/// for_each_store().
class StoreBench {
public:
    virtual ~StoreBench() = default;
    virtual std::string name() const = 0;
    virtual Store& store() = 0;
    virtual void pass(std::chrono::milliseconds time) = 0;
    /// Waits until what was published is delivered.
    virtual void settle() = 0;
};

/// Runs the function once for each backend, on an empty store.
void for_each_store(const std::function<void(StoreBench&)>& function);

}  // namespace mortise::tests
