// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <sstream>

#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>
#include <Poco/Util/OptionSet.h>

#include "app/terminal.h"
#include "config/nearest.h"

namespace mortise::app {

namespace {

const CommandOption help_option{"help", "", "Shows this."};

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    return {std::istream_iterator<std::string>(stream), {}};
}

// The command whose words stand at the front of what was typed; the one with the most words.
const Command* find_command(const std::vector<Command>& commands, const std::vector<std::string>& typed) {
    const Command* found = nullptr;
    std::size_t found_words = 0;
    for (const Command& command : commands) {
        const auto words = words_of(command.words);
        if (words.size() <= found_words || words.size() > typed.size()) continue;
        if (!std::equal(words.begin(), words.end(), typed.begin())) continue;
        found = &command;
        found_words = words.size();
    }
    return found;
}

Poco::Util::OptionSet option_set(const Command& command) {
    Poco::Util::OptionSet set;
    const auto add = [&set](const CommandOption& option) {
        Poco::Util::Option row(option.name, "", option.about);
        row.required(false).repeatable(true);
        if (!option.argument.empty()) row.argument(option.argument, true);
        set.addOption(row);
    };
    add(help_option);
    for (const CommandOption& option : command.options) add(option);
    return set;
}

void show_usage(const std::vector<Command>& commands, std::ostream& out) {
    out << bold("mortise") << ": an application server whose features are plugins\n\n"
        << "usage: mortise COMMAND [ARGUMENTS] [--config FILE ...]\n\n";
    std::size_t width = 0;
    for (const Command& command : commands) width = std::max(width, command.words.size());
    for (const Command& command : commands)
        out << "  " << command.words << std::string(width + 2 - command.words.size(), ' ') << command.about
            << '\n';
    out << "\n`mortise COMMAND --help` tells more about one of them.\n"
        << "Exit codes: 0 done, 1 failed, 2 the configuration has faults, 3 a plugin has.\n";
}

void show_help(const Command& command) {
    const auto set = option_set(command);
    Poco::Util::HelpFormatter help(set);
    help.setUnixStyle(true);
    help.setCommand("mortise " + command.words);
    help.setUsage(command.arguments.empty() ? "[OPTIONS]" : command.arguments + " [OPTIONS]");
    help.setHeader(command.about);
    help.setWidth(100);
    help.format(std::cout);
}

Invocation read(const Command& command, const std::vector<std::string>& typed) {
    const auto set = option_set(command);
    Poco::Util::OptionProcessor processor(set);
    processor.setUnixStyle(true);
    Invocation invocation;
    bool only_arguments = false;
    for (const std::string& word : typed) {
        std::string name, value;
        if (word == "--" && !only_arguments) {
            only_arguments = true;
            continue;
        }
        if (!only_arguments && processor.process(word, name, value)) {
            if (!name.empty())
                invocation.options.emplace(name, value);  // empty: the value comes as the next word
            continue;
        }
        invocation.arguments.push_back(word);
    }
    processor.checkRequired();
    return invocation;
}

int refuse_unknown(const std::vector<Command>& commands, const std::vector<std::string>& typed) {
    std::vector<std::string_view> known;
    known.reserve(commands.size());
    for (const Command& command : commands) known.push_back(command.words);
    std::string text;
    for (const std::string& word : typed) {
        if (word.starts_with("-")) break;
        text += (text.empty() ? "" : " ") + word;
    }
    std::cerr << "mortise: there is no command '" << text << "'";
    if (const auto nearest = config::nearest(text, known); !nearest.empty())
        std::cerr << "; did you mean '" << nearest << "'?";
    std::cerr << "\n`mortise --help` lists the commands.\n";
    return failure;
}

}  // namespace

std::optional<std::string> Invocation::value(std::string_view name) const {
    const auto found = values(name);
    return found.empty() ? std::nullopt : std::optional(found.back());
}

std::vector<std::string> Invocation::values(std::string_view name) const {
    std::vector<std::string> found;
    const auto [begin, end] = options.equal_range(name);
    for (auto option = begin; option != end; ++option) found.push_back(option->second);
    return found;
}

int run_command(const std::vector<Command>& commands, const std::vector<std::string>& words) {
    if (words.empty() || words.front() == "--help" || words.front() == "help") {
        show_usage(commands, words.empty() ? std::cerr : std::cout);
        return words.empty() ? failure : success;
    }
    const Command* command = find_command(commands, words);
    if (command == nullptr) return refuse_unknown(commands, words);
    try {
        const auto own_words = static_cast<std::ptrdiff_t>(words_of(command->words).size());
        const Invocation invocation = read(*command, {words.begin() + own_words, words.end()});
        if (invocation.has("help")) {
            show_help(*command);
            return success;
        }
        const std::size_t wanted = words_of(command->arguments).size();
        if (invocation.arguments.size() != wanted)
            throw CommandFailed(failure, "wants " + (wanted == 0 ? "no arguments" : command->arguments) +
                                             "; see mortise " + command->words + " --help");
        return command->run(invocation);
    } catch (const CommandFailed& fault) {
        std::cerr << red("mortise " + command->words + ": ") << fault.what() << '\n';
        return fault.code();
    } catch (const Poco::Util::OptionException& fault) {
        std::cerr << red("mortise " + command->words + ": ") << fault.displayText() << "; see mortise "
                  << command->words << " --help\n";
        return failure;
    } catch (const std::exception& fault) {
        std::cerr << red("mortise " + command->words + ": ") << fault.what() << '\n';
        return failure;
    }
}

}  // namespace mortise::app
