// SPDX-License-Identifier: Apache-2.0
// The exported JSON Schema accepts and refuses what `mortise check` does, judged by an independent validator.
import assert from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

const require = createRequire(join(process.env.MORTISE_SOURCE_DIR, "tests/package.json"));
const Ajv = require("ajv/dist/2020").default;
const yaml = require("yaml");
const program = join(process.env.MORTISE_BUILD_DIR, "bin/mortise");

const run = (...words) => spawnSync(program, words, { encoding: "utf8" });
const described = run("describe", "--format", "json-schema");
assert.equal(described.status, 0, described.stderr);
const validate = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(described.stdout));

const good = {
  "next to nothing": "plugins: [hello]",
  "every kind of value": `
server: { listen: ["127.0.0.1:0", "[::1]:8080"], request_timeout: 1m, max_body: 2MB, io_threads: auto, aliases: { /auth: /api/v1/auth } }
database: { url: "sqlite:x.db", pool: { min: 1, max: 3 } }
log: { level: debug, levels: { http: warn }, access: true }
plugins:
  - hello: { greeting: Ahoy, host: { in_flight: 3, on_error: skip } }`,
  "values from the environment": "server: { max_body: \"${MAX_BODY:-1MiB}\" }\nplugins: [hello]",
};
const bad = {
  "a misspelt key": "server: { lisen: [] }",
  "a misspelt option of a plugin": "plugins: [ { hello: { greting: x } } ]",
  "an unknown plugin": "plugins: [helo]",
  "a word where a number belongs": "server: { io_threads: many }",
  "a number where a text belongs": "plugins: [ { hello: { greeting: 7 } } ]",
  "a value out of range": "server: { io_threads: 0 }",
  "a text that is too long": `plugins: [ { hello: { greeting: ${"x".repeat(41)} } } ]`,
  "a duration without a unit": "server: { request_timeout: 30 }",
  "a size that is none": "server: { max_body: huge }",
  "a scalar where a list belongs": "server: { trusted_proxies: 10.0.0.1 }",
  "a value nobody knows": "log: { level: loud }",
  "an unknown key beside": "servers: {}",
};

function checked(text, wanted) {
  const folder = mkdtempSync(join(tmpdir(), "mortise-schema-"));
  try {
    const file = join(folder, "mortise.yaml");
    writeFileSync(file, text);
    const done = run("check", "--config", file);
    assert.equal(done.status, wanted ? 0 : 2, done.stderr);
    assert.equal(validate(yaml.parse(text)), wanted, JSON.stringify(validate.errors));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const [name, text] of Object.entries(good)) test(`both accept ${name}`, () => checked(text, true));
for (const [name, text] of Object.entries(bad)) test(`both refuse ${name}`, () => checked(text, false));
