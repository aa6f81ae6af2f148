// SPDX-License-Identifier: Apache-2.0
// /openapi.json of the real program, judged by an independent validator of OpenAPI 3.1 and of JSON Schema.
import assert from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.env.MORTISE_SOURCE_DIR, "tests/package.json"));
const Ajv = require("ajv/dist/2020").default;
const { Validator } = await import(pathToFileURL(require.resolve("@seriousme/openapi-schema-validator")));

const folder = mkdtempSync(join(tmpdir(), "mortise-openapi-"));
const config = join(folder, "mortise.yaml");
writeFileSync(config, `
server: { listen: ["127.0.0.1:0"] }
database: { url: "sqlite:${folder}/test.db" }
plugins: [auth, users, tasks, uploads, posts, calls, hello]`);
const server = spawn(join(process.env.MORTISE_BUILD_DIR, "bin/mortise"), ["serve", "--config", config], {
  cwd: folder, stdio: ["ignore", "pipe", "ignore"],
});
after(async () => {
  server.kill();
  if (server.exitCode === null) await once(server, "exit");
  rmSync(folder, { recursive: true });
});

let address;
for await (const line of createInterface({ input: server.stdout }))
  if ((address = line.match(/http:\/\/[\d.:]+/)?.[0])) break;
assert(address, "the server did not start");
const document = await (await fetch(address + "/openapi.json")).json();

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([key]) => key !== "parameters")
    .map(([method, operation]) => ({ path, name: `${method} ${path}`, operation })),
);

test("the document is OpenAPI 3.1", async () => {
  const verdict = await new Validator().validate(structuredClone(document));
  assert.equal(verdict.valid, true, JSON.stringify(verdict.errors, null, 2));
  assert.equal(document.openapi, "3.1.0");
  assert(operations.length > 20);
});

test("a document with a fault is refused", async () => {
  const faulty = structuredClone(document);
  delete faulty.paths["/api/v1/tasks"].post.responses;
  faulty.paths["/api/v1/tasks"].get.parameters[0].in = "nowhere";
  assert.equal((await new Validator().validate(faulty)).valid, false);
});

test("every schema in it is a JSON Schema, and judges bodies as the server does", async () => {
  const ajv = new Ajv({ strict: false, formats: { "date-time": true, email: true, uri: true } });
  ajv.addSchema(document, "document");
  const compiled = (schema) => ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')));
  let count = 0;
  for (const { operation } of operations) {
    const bodies = [operation.requestBody, ...Object.values(operation.responses)];
    for (const { schema } of bodies.flatMap((body) => Object.values(body?.content ?? {})))
      if (schema) compiled(schema), ++count;
    for (const { schema } of operation.parameters ?? []) if (schema) compiled(schema), ++count;
  }
  assert(count > 20);

  const task = compiled(document.paths["/api/v1/tasks"].post.requestBody.content["application/json"].schema);
  assert.equal(task({ title: "Mow" }), true);
  assert.equal(task({ title: 5 }), false);
  assert.equal(task({}), false);
});

test("every parameter of a path is declared", () => {
  for (const { path, name, operation } of operations) {
    const declared = (operation.parameters ?? []).filter((one) => one.in === "path").map((one) => one.name);
    const written = [...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1]);
    assert.deepEqual(declared.sort(), written.sort(), name);
  }
});

test("no two operations share an operationId", () => {
  const ids = operations.map(({ operation }) => operation.operationId).filter(Boolean);
  assert.equal(new Set(ids).size, ids.length);
});
