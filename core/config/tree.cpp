// SPDX-License-Identifier: Apache-2.0
#include "config/tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "config/utf8.h"

namespace mortise::config {

namespace {

// yaml-cpp counts from zero, and columns in bytes.
class Lines {
public:
    Lines(std::string_view text, std::shared_ptr<const File> file) : text_(text), file_(std::move(file)) {
        starts_.push_back(0);
        for (std::size_t at = 0; at < text.size(); ++at)
            if (text[at] == '\n') starts_.push_back(at + 1);
    }

    Place place(int line, int byte_column) const {
        if (line < 0) return {file_, 1, 1};
        const std::string_view words = this->line(static_cast<std::size_t>(line));
        const std::size_t bytes = std::min(static_cast<std::size_t>(std::max(byte_column, 0)), words.size());
        // Places are asked for from left to right: to count from the line's start each time would take a line
        // of a hundred thousand values ten seconds.
        if (last_.line != line || last_.bytes > bytes) last_ = {line, 0, 0};
        last_.characters += count_characters(words.substr(last_.bytes, bytes - last_.bytes));
        last_.bytes = bytes;
        return {file_, line + 1, static_cast<int>(last_.characters) + 1};
    }

    Place place_of_offset(std::size_t offset) const {
        const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
        const auto line = static_cast<std::size_t>(after - starts_.begin()) - 1;
        return place(static_cast<int>(line), static_cast<int>(offset - starts_[line]));
    }

    std::string_view line(std::size_t number) const {
        if (number >= starts_.size()) return {};
        const std::size_t end = number + 1 < starts_.size() ? starts_[number + 1] : text_.size();
        return text_.substr(starts_[number], end - starts_[number]);
    }

private:
    std::string_view text_;
    std::shared_ptr<const File> file_;
    std::vector<std::size_t> starts_;
    struct Counted {
        int line;
        std::size_t bytes, characters;
    };
    mutable Counted last_{-1, 0, 0};  // what was asked for last
};

// Thrown out of the parser's events: the rest of the text is not worth reading.
struct Refusal {
    YAML::Mark mark;
    std::string text;
};

bool is_null_word(std::string_view text) {
    return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

// Builds the tree from the parser's events, so that every refusal has its place.
class TreeBuilder final : public YAML::EventHandler {
public:
    TreeBuilder(const Lines& lines, Faults& faults) : lines_(lines), faults_(faults) {}

    Node take_root() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1)
            throw Refusal{mark, "a second document starts here, allowed: one document a file"};
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
        Node node = new_node(Node::Kind::null, mark);
        // The mark of a value that is not there points behind it, often at the next line.
        if (!open_.empty() && open_.back().key) node.place = open_.back().key->place;
        finish(std::move(node));
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        refuse(mark, "an alias (*name) is not allowed; write the value out");
        finish(new_node(Node::Kind::faulty, mark));
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  const std::string& value) override {
        check_tag(mark, tag);
        Node node = new_node(tag == "?" ? Node::Kind::plain : Node::Kind::quoted, mark);
        node.text = value;
        if (node.kind == Node::Kind::plain && is_null_word(value)) node.kind = Node::Kind::null;
        if (value.find('\0') != std::string::npos) {
            refuse(mark, "the text has a NUL character, which is not allowed");
            node.kind = Node::Kind::faulty;
        }
        finish(std::move(node));
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        check_tag(mark, tag);
        open(Node::Kind::list, mark);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        check_tag(mark, tag);
        open(Node::Kind::map, mark);
    }
    void OnMapEnd() override { close(); }

    void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
        refuse(mark, "an anchor (&" + name + ") is not allowed; write the value out where it is needed");
    }

private:
    struct Frame {
        Node node;
        std::optional<Node> key;  // of a map: read, its value still to come
    };

    Node new_node(Node::Kind kind, const YAML::Mark& mark) {
        if (++values_ > max_values)
            throw Refusal{mark, "the file has more than " + std::to_string(max_values) + " values"};
        Node node;
        node.kind = kind;
        node.place = lines_.place(mark.line, mark.column);
        return node;
    }

    void open(Node::Kind kind, const YAML::Mark& mark) {
        if (open_.size() >= max_depth)
            throw Refusal{mark, "nested too deep, allowed: " + std::to_string(max_depth) + " levels"};
        open_.push_back({new_node(kind, mark), {}});
    }

    void close() {
        Node node = std::move(open_.back().node);
        open_.pop_back();
        finish(std::move(node));
    }

    void finish(Node node) {
        if (open_.empty()) {
            root_ = std::move(node);
        } else if (open_.back().node.kind == Node::Kind::list) {
            open_.back().node.items.push_back(std::move(node));
        } else if (!open_.back().key) {
            open_.back().key = std::move(node);
        } else {
            add_entry(open_.back(), std::move(node));
        }
    }

    void add_entry(Frame& frame, Node value) {
        const Node key = std::move(*frame.key);
        frame.key.reset();
        if (!key.is_scalar()) {
            if (key.kind != Node::Kind::faulty) fault(key.place, "a key must be a plain text");
        } else if (key.kind == Node::Kind::plain && key.text == "<<") {
            fault(key.place, "a merge key (<<) is not allowed; write the keys out");
        } else if (const Entry* first = frame.node.find(key.text)) {
            fault(key.place, "duplicate key '" + key.text + "', it stands already in line " +
                                 std::to_string(first->key_place.line));
        } else {
            frame.node.entries.push_back({key.text, key.place, std::move(value)});
        }
    }

    void check_tag(const YAML::Mark& mark, const std::string& tag) {
        if (!tag.empty() && tag != "?" && tag != "!") refuse(mark, "a tag (" + tag + ") is not allowed");
    }

    void refuse(const YAML::Mark& mark, std::string text) {
        fault(lines_.place(mark.line, mark.column), std::move(text));
    }
    void fault(Place place, std::string text) { faults_.push_back({std::move(place), "", std::move(text)}); }

    const Lines& lines_;
    Faults& faults_;
    std::vector<Frame> open_;
    Node root_;
    std::size_t values_ = 0;
    int documents_ = 0;
};

std::string explain(const std::string& message, std::string_view line) {
    std::string text = message;
    if (message == "bad file") text = "nested too deep";  // yaml-cpp's word for its own limit
    if (line.find("${") != std::string_view::npos)
        text += "; inside [ ] and { } an interpolation stands in quotes: \"${NAME}\"";
    else if (line.find('\t') != std::string_view::npos)
        text += "; the line has a tab, YAML is indented with spaces";
    return text;
}

}  // namespace

const Entry* Node::find(std::string_view key) const noexcept {
    const auto found =
        std::find_if(entries.begin(), entries.end(), [key](const Entry& entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : &*found;
}

Entry* Node::find(std::string_view key) noexcept {
    return const_cast<Entry*>(std::as_const(*this).find(key));  // NOLINT: one search for both
}

std::optional<Node> read_tree(std::string_view text, const std::string& name, int order, Faults& faults) {
    const auto file = std::make_shared<const File>(File{name, order});
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const Lines lines(text, file);
    const auto refuse = [&faults](Place place, std::string what) {
        faults.push_back(Fault{std::move(place), std::string(), std::move(what)});
        return std::nullopt;
    };
    if (text.size() > max_file_size)
        return refuse({file, 1, 1}, "the file is larger than 1 MiB, which no configuration needs");
    if (const std::size_t bad = find_unreadable(text); bad != std::string_view::npos)
        return refuse(lines.place_of_offset(bad), "not readable as UTF-8 text without control characters");
    TreeBuilder builder(lines, faults);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Refusal& refusal) {
        return refuse(lines.place(refusal.mark.line, refusal.mark.column), refusal.text);
    } catch (const YAML::Exception& error) {
        const auto line = static_cast<std::size_t>(std::max(error.mark.line, 0));
        return refuse(lines.place(error.mark.line, error.mark.column),
                      "not valid YAML: " + explain(error.msg, lines.line(line)));
    }
    Node root = builder.take_root();
    if (!root.place.file) root.place = {file, 1, 1};
    return root;
}

}  // namespace mortise::config
