// SPDX-License-Identifier: Apache-2.0
#include "service/database/migrations.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <openssl/sha.h>

namespace mortise::service {

namespace {

constexpr std::string_view create_journal =
    "CREATE TABLE IF NOT EXISTS mortise_migrations ("
    "plugin TEXT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL, "
    "PRIMARY KEY (plugin, name))";

// Building an index on a large table takes longer than a request may.
constexpr std::chrono::hours longest_migration{1};

struct Applied {
    std::string plugin;
    std::string name;
    std::string checksum;
};
BOOST_DESCRIBE_STRUCT(Applied, (), (plugin, name, checksum))

struct Script {
    Migration migration;
    std::filesystem::path file;
    std::string sql;
    std::string checksum;
};

std::string_view dialect_name(Dialect dialect) {
    return dialect == Dialect::sqlite ? "sqlite" : "postgresql";
}

[[noreturn]] void refuse(const std::filesystem::path& place, const std::string& what) {
    throw std::runtime_error("migrations: " + place.string() + ": " + what);
}

std::string checksum_of(std::string_view text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::string hex;
    for (const unsigned char byte : digest) {
        constexpr std::string_view digits = "0123456789abcdef";
        hex += digits[byte >> 4U];
        hex += digits[byte & 0xfU];
    }
    return hex;
}

std::string read_whole(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.is_open() || stream.bad()) refuse(file, "cannot be read");
    // A checkout with CRLF is the same migration.
    text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
    return text;
}

// "0001_tasks" of 0001_tasks.sql and of 0001_tasks.sqlite.sql; empty for the other backend's file.
std::optional<std::string> name_for(const std::filesystem::path& file, Dialect dialect) {
    std::string name = file.stem().string();
    const std::size_t dot = name.find('.');
    if (dot == name.npos) return name;
    const std::string variant = name.substr(dot + 1);
    if (variant != "sqlite" && variant != "postgresql")
        refuse(file, "the backend in its name must be sqlite or postgresql");
    if (variant != dialect_name(dialect)) return std::nullopt;
    return name.substr(0, dot);
}

bool begins_with_number(const std::string& name) {
    const auto is_digit = [](char character) { return character >= '0' && character <= '9'; };
    return name.size() > 5 && std::all_of(name.begin(), name.begin() + 4, is_digit) && name[4] == '_';
}

std::vector<Script> scripts_of(const MigrationFolder& from, Dialect dialect) {
    std::map<std::string, std::filesystem::path> files;  // by name, so in the order of their numbers
    if (!std::filesystem::exists(from.folder)) return {};
    for (const auto& entry : std::filesystem::directory_iterator(from.folder)) {
        if (entry.path().extension() != ".sql") continue;
        const auto name = name_for(entry.path(), dialect);
        if (!name) continue;
        if (!begins_with_number(*name)) refuse(entry.path(), "must be called 0001_<what>.sql");
        if (!files.emplace(*name, entry.path()).second)
            refuse(entry.path(), "there are two files for " + *name);
    }
    std::vector<Script> scripts;
    for (const auto& [name, file] : files) {
        const std::size_t number = scripts.size() + 1;
        if (std::stoul(name.substr(0, 4)) != number) {
            std::array<char, 8> wanted{};
            std::snprintf(wanted.data(), wanted.size(), "%04u", static_cast<unsigned>(number % 10'000));
            refuse(file,
                   std::string("comes where number ") + wanted.data() + " should be: numbers have no gaps");
        }
        const std::string sql = read_whole(file);
        scripts.push_back({{from.plugin, name}, file, sql, checksum_of(sql)});
    }
    return scripts;
}

// What of `scripts` is not applied yet; refuses when what was applied is not what is there now.
std::vector<Script> missing_of(const MigrationFolder& from, std::vector<Script> scripts,
                               const std::vector<Applied>& applied) {
    for (const Applied& old : applied) {
        if (old.plugin != from.plugin) continue;
        const auto found = std::find_if(scripts.begin(), scripts.end(), [&](const Script& script) {
            return script.migration.name == old.name;
        });
        if (found == scripts.end())
            refuse(from.folder, old.name + " was applied to this database and is gone: put the file back");
        if (found->checksum != old.checksum)
            refuse(found->file,
                   "was applied to this database and has changed since: put the old text back and "
                   "write the change as a new migration");
        scripts.erase(found);
    }
    return scripts;
}

bool has_journal(Reader& reader, Dialect dialect) {
    return dialect == Dialect::sqlite
               ? reader.one("SELECT 1 FROM sqlite_master WHERE name = 'mortise_migrations'").has_value()
               : !reader.one("SELECT to_regclass('mortise_migrations')::text")->is_null(0);
}

std::vector<Applied> applied_to(Reader& reader, Dialect dialect) {
    if (!has_journal(reader, dialect)) return {};
    return reader.query_as<Applied>(
        "SELECT plugin, name, checksum FROM mortise_migrations ORDER BY plugin, name");
}

std::vector<Script> missing(Database& database, const std::vector<MigrationFolder>& folders) {
    const Dialect dialect = database.dialect();
    const auto applied = database.read([&](Reader& reader) { return applied_to(reader, dialect); });
    std::vector<Script> all;
    for (const MigrationFolder& from : folders)
        for (Script& script : missing_of(from, scripts_of(from, dialect), applied))
            all.push_back(std::move(script));
    return all;
}

Time now() {
    return std::chrono::floor<Time::duration>(std::chrono::system_clock::now());
}

// False when another node has applied it since we looked.
bool apply(Database& database, const Script& script) {
    return database.write([&](Transaction& tx) {
        tx.limit_statements(longest_migration);
        tx.lock("mortise_migrations");
        tx.execute(create_journal);
        const bool mine =
            tx.execute("INSERT INTO mortise_migrations VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                       script.migration.plugin, script.migration.name, script.checksum, now()) == 1;
        if (mine) tx.script(script.sql);
        return mine;
    });
}

}  // namespace

std::vector<Migration> migrate(Database& database, const std::vector<MigrationFolder>& folders) {
    std::vector<Migration> applied;
    for (const Script& script : missing(database, folders)) {
        try {
            if (apply(database, script)) applied.push_back(script.migration);
        } catch (const DatabaseError& fault) {
            refuse(script.file, fault.what());
        }
    }
    return applied;
}

std::vector<Migration> pending(Database& database, const std::vector<MigrationFolder>& folders) {
    std::vector<Migration> names;
    for (const Script& script : missing(database, folders)) names.push_back(script.migration);
    return names;
}

}  // namespace mortise::service
