// SPDX-License-Identifier: Apache-2.0
#include "core/service/store_bench.h"

#include <mortise/testing/fake_clock.h>
#include "service/memory_store.h"

namespace mortise::tests {

namespace {

class MemoryBench final : public StoreBench {
public:
    std::string name() const override { return "memory"; }
    Store& store() override { return store_; }
    void pass(std::chrono::milliseconds time) override { clock_.advance(time); }
    void settle() override { store_.settle(); }

private:
    testing::FakeClock clock_;
    service::MemoryStore store_{{}, clock_, Log{}};
};

}  // namespace

void for_each_store(const std::function<void(StoreBench&)>& function) {
    MemoryBench memory;
    for (StoreBench* bench : {static_cast<StoreBench*>(&memory)}) {
        INFO("store: " << bench->name());
        function(*bench);
    }
}

}  // namespace mortise::tests
