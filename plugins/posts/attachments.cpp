// SPDX-License-Identifier: Apache-2.0
#include "attachments.h"

#include <algorithm>

#include <mortise/error.h>

#include "read_post.h"

namespace posts {

namespace {

template <class Item>
const Item* find(const std::vector<Item>& items, std::string_view id) {
    const auto found =
        std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.id == id; });
    return found == items.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Attachment> Attachments::of(const std::vector<std::string>& ids,
                                        const std::vector<Attachment>& known,
                                        const mortise::User& asker) const {
    std::vector<Attachment> attachments;
    if (ids.empty()) return attachments;
    const auto files = files_ ? files_->find_many(ids) : std::vector<mortise::FileFacts>{};
    mortise::Faults faults;
    faults.enter("attachments");
    for (std::size_t place = 0; place < ids.size(); ++place) {
        if (find(attachments, ids[place])) continue;
        const Attachment* kept = find(known, ids[place]);
        const mortise::FileFacts* file = find(files, ids[place]);
        faults.enter(place);
        if (kept != nullptr)
            attachments.push_back(*kept);
        else if (file != nullptr && file->owner_id == asker.id)
            attachments.push_back({file->id, file->name, file->content_type, file->size, {}});
        else
            faults.add("unknown_file", files_ ? "Is no file of yours." : "This server keeps no files.");
        faults.leave();
    }
    faults.throw_if_any();
    return attachments;
}

mortise::Response Attachments::send(const mortise::Request& request) const {
    const Post post = database_.read(
        [&](mortise::Reader& reader) { return require_post(reader, request.param("id"), request.user()); });
    const Attachment* attachment = find(post.attachments, request.param("file"));
    if (attachment == nullptr || files_ == nullptr)
        throw mortise::Error(mortise::Code::not_found, "There is no such file on this post.");
    return files_->send(attachment->id);
}

}  // namespace posts
