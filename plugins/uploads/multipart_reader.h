// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace uploads {

/// What stands above the bytes of one part of a form.
struct PartHead {
    std::string name;                      // of the form's field; may be empty
    std::optional<std::string> file_name;  // as the client wrote it; absent for plain fields
    std::string content_type;              // as the client claims; empty when it says nothing
};

/// Takes the parts of a form as they come.
class PartSink {
public:
    virtual ~PartSink() = default;
    virtual void begin_part(const PartHead& head) = 0;
    virtual void part_bytes(std::string_view bytes) = 0;
    virtual void end_part() = 0;
};

/// The boundary of a multipart/form-data Content-Type. Throws Error: unsupported_media_type for other types,
/// malformed for a boundary that is missing or not well-formed (RFC 2046).
std::string boundary_of(std::string_view content_type);

/// Takes a form (RFC 7578) apart while its bytes arrive, cut wherever they like. Holds one part's head and no
/// byte of what is in it. Throws Error(malformed) for what is no form; it is of no more use then.
class MultipartReader {
public:
    static constexpr std::size_t most_head_bytes = 8 * 1024;
    static constexpr std::size_t most_parts = 32;

    MultipartReader(std::string_view boundary, PartSink& sink);

    void take(std::string_view bytes);
    /// The bytes have ended. Throws when the form has not.
    void finish() const;

private:
    enum class State { preamble, part, behind_boundary, head, epilogue };

    void look_for_boundary(std::string_view& bytes);
    void found_boundary();
    void pass(std::string_view bytes);
    void read_behind_boundary(std::string_view& bytes);
    void read_head(std::string_view& bytes);

    const std::string delimiter_;  // "\r\n--" and the boundary
    PartSink& sink_;
    State state_ = State::preamble;
    std::size_t matched_ = 2;  // of the delimiter, at the end of what was taken; a line begins at the start
    std::size_t preamble_ = 0;
    std::size_t parts_ = 0;
    std::string line_;  // behind a boundary, or the head so far
};

}  // namespace uploads
