// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <mortise/services/database.h>
#include <mortise/testing/test_host.h>

#include "support/postgres.h"
#include "support/temporary_folder.h"

/// The suite is run once for each: `Site site(EACH_BACKEND);`
#define EACH_BACKEND GENERATE(as<std::string>{}, "sqlite", "postgresql")

namespace uploads::test {

using mortise::Json;
using mortise::JsonObject;
using mortise::testing::TestResponse;

inline const std::string png =
    std::string("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1F\x15\xC4\x89", 33) +
    "and so on";

/// One part of a form.
struct Part {
    std::string name;
    std::string file_name;  // empty: a plain field
    std::string content_type;
    std::string bytes;
};

/// A server with nothing but uploads, in a folder of its own, and words for what its clients do.
class Site {
public:
    explicit Site(const std::string& backend, const std::string& options = {})
        : host("uploads", "folder: " + folder.path().string() + "/files\n" +
                              (options.find("keep_free") == std::string::npos ? "keep_free: 0B\n" : "") +
                              options) {
        if (backend == "postgresql") host.on_database(mortise::test::Postgres::shared().fresh_database());
    }

    static std::string form(const std::vector<Part>& parts) {
        std::string body;
        for (const Part& part : parts) {
            body += "--XX\r\nContent-Disposition: form-data; name=\"" + part.name + "\"";
            if (!part.file_name.empty()) body += "; filename=\"" + part.file_name + "\"";
            if (!part.content_type.empty()) body += "\r\nContent-Type: " + part.content_type;
            body += "\r\n\r\n" + part.bytes + "\r\n";
        }
        return body + "--XX--\r\n";
    }
    TestResponse post(const std::string& user, const std::string& body,
                      const std::string& type = "multipart/form-data; boundary=XX") {
        auto request = host.post("/api/v1/uploads");
        if (!user.empty()) request.as(user);
        return request.body(body, type).send();
    }
    TestResponse upload(const std::string& user, const std::string& name, const std::string& bytes,
                        const std::string& type = {}) {
        return post(user, form({{"file", name, type, bytes}}));
    }
    std::string id_of_new(const std::string& user, const std::string& bytes = "Some words.\n") {
        return std::string(upload(user, "a.txt", bytes).json().at("id").as_string());
    }
    TestResponse get(const std::string& path, const std::string& user = {},
                     const std::string& role = "user") {
        auto request = host.get("/api/v1/uploads" + path);
        if (!user.empty()) request.as(user, role);
        return request.send();
    }
    TestResponse del(const std::string& path, const std::string& user, const std::string& role = "user") {
        return host.del("/api/v1/uploads" + path).as(user, role).send();
    }
    TestResponse share(const std::string& user, const std::string& id, const std::string& with) {
        return host.put("/api/v1/uploads/" + id + "/shares/" + with).as(user).send();
    }

    /// Regular files below the folder.
    std::vector<std::filesystem::path> files() const {
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
            if (entry.is_regular_file()) found.push_back(entry.path());
        return found;
    }

    mortise::test::TemporaryFolder folder;
    mortise::testing::TestHost host;
};

inline std::string code_of(const TestResponse& answer) {
    return std::string(answer.json().at("code").as_string());
}

}  // namespace uploads::test
