// SPDX-License-Identifier: Apache-2.0
#include "config/merge.h"

#include <utility>

namespace mortise::config {

namespace {

Node replace(Node base, Node over) {
    std::vector<Node> shadowed = std::move(base.shadowed);
    base.shadowed.clear();
    shadowed.push_back(std::move(base));
    over.shadowed = std::move(shadowed);
    return over;
}

}  // namespace

Node merge(Node base, const Node& over) {
    const bool is_section = base.kind == Node::Kind::map || base.kind == Node::Kind::null;
    if (over.kind == Node::Kind::null && is_section) return base;
    if (base.kind != Node::Kind::map || over.kind != Node::Kind::map) return replace(std::move(base), over);
    for (const Entry& entry : over.entries) {
        if (Entry* same = base.find(entry.key)) {
            same->value = merge(std::move(same->value), entry.value);
            same->key_place = entry.key_place;
        } else {
            base.entries.push_back(entry);
        }
    }
    return base;
}

}  // namespace mortise::config
