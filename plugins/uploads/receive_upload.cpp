// SPDX-License-Identifier: Apache-2.0
#include "receive_upload.h"

#include <array>
#include <charconv>
#include <optional>
#include <string>

#include <mortise/error.h>
#include <mortise/id.h>

#include "multipart_reader.h"
#include "sha256.h"
#include "shown_name.h"

namespace uploads {

using mortise::Error;

namespace {

[[noreturn]] void refuse_field(std::string pointer, std::string code, std::string detail) {
    throw Error(mortise::Code::unprocessable, "The form has values that are not allowed.")
        .with_fault({std::move(pointer), std::move(code), std::move(detail)});
}

// What the client announces; 0 when it does not.
std::uint64_t announced_bytes(const mortise::Request& request) {
    const std::string_view text = request.header("content-length");
    std::uint64_t bytes = 0;
    std::from_chars(text.data(), text.data() + text.size(), bytes);
    return bytes > form_allowance ? bytes - form_allowance : 0;
}

// One file and a few words beside it, on their way to the disk.
class Form final : public PartSink {
public:
    Form(const FileShelf& shelf, const ContentTypes& types, std::uint64_t max_size)
        : shelf_(shelf), types_(types), max_size_(max_size) {}

    void begin_part(const PartHead& head) override {
        field_.reset();
        if (!head.file_name) {
            field_ = head.name;
            value_.clear();
            return;
        }
        if (file_) refuse_field("/" + head.name, "one_file", "A request carries one file.");
        claimed_type_ = head.content_type;
        name_ = shown_name(*head.file_name);
        file_.emplace(shelf_);
    }

    void part_bytes(std::string_view bytes) override {
        if (field_) {
            constexpr std::size_t most_bytes = 1024;
            if (value_.size() + bytes.size() > most_bytes)
                refuse_field("/" + *field_, "too_long", "Is too long.");
            value_ += bytes;
            return;
        }
        size_ += bytes.size();
        if (size_ > max_size_)
            throw Error(mortise::Code::payload_too_large,
                        "The file is larger than " + std::to_string(max_size_) + " bytes.")
                .named("file_too_large");
        look_at(bytes);
        hash_.add(bytes);
        file_->write(bytes);
    }

    void end_part() override {
        if (!field_) return judge();
        if (*field_ != "visibility") return;
        if (value_ != "private" && value_ != "public")
            refuse_field("/visibility", "not_allowed", "Must be one of: private, public.");
        visibility_ = value_;
    }

    /// What came, once all of it has.
    ArrivingFile& file() {
        if (!file_) refuse_field("/file", "required", "The form carries no file.");
        if (size_ == 0) refuse_field("/file", "empty", "The file is empty.");
        return *file_;
    }
    StoredUpload facts() {
        StoredUpload upload;
        upload.id = mortise::new_id();
        upload.name = name_;
        upload.content_type = type_;
        upload.size = static_cast<std::int64_t>(size_);
        upload.sha256 = hash_.finish();
        upload.visibility = visibility_;
        upload.version = 1;
        upload.url = url_of(upload.id);
        upload.stored_as = file_->name();
        return upload;
    }

private:
    void look_at(std::string_view bytes) {
        if (!type_.empty()) return;
        front_ += bytes.substr(0, ContentTypes::front_bytes - front_.size());
        if (front_.size() == ContentTypes::front_bytes) judge();
    }
    void judge() {
        if (type_.empty() && size_ > 0) type_ = types_.judge(front_, claimed_type_);
        front_ = {};
    }

    const FileShelf& shelf_;
    const ContentTypes& types_;
    const std::uint64_t max_size_;
    std::optional<ArrivingFile> file_;
    Sha256 hash_;
    std::uint64_t size_ = 0;
    std::string name_, claimed_type_, type_, front_;
    std::string visibility_ = "private";
    std::optional<std::string> field_;  // the part is this one's value
    std::string value_;
};

}  // namespace

Upload Receiver::receive(const mortise::Request& request) const {
    const std::string boundary = boundary_of(request.header("content-type"));
    const std::string& owner_id = request.signed_in().id;
    const UploadSlots::Slot slot = slots_.enter(owner_id);
    const std::uint64_t announced = announced_bytes(request);
    table_.require_quota(owner_id, static_cast<std::int64_t>(std::max<std::uint64_t>(announced, 1)));
    shelf_.require_room(announced);

    Form form(shelf_, types_, max_size_);
    MultipartReader reader(boundary, form);
    std::array<char, 64 * 1024> bytes;
    while (const std::size_t part = request.body_reader().read(bytes)) reader.take({bytes.data(), part});
    reader.finish();

    ArrivingFile& file = form.file();
    file.seal();
    StoredUpload upload = form.facts();
    upload.owner_id = owner_id;
    upload.created_at = clock_.now();
    try {
        table_.add(upload);
    } catch (const Error& fault) {
        if (fault.code() == mortise::Code::unavailable) file.keep();  // the commit may have been heard
        throw;
    }
    file.keep();
    shelf_.place(upload.stored_as);
    return upload;
}

}  // namespace uploads
