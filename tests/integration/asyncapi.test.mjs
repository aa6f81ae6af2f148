// SPDX-License-Identifier: Apache-2.0
// /asyncapi.json of the real program, judged by the specification's own JSON Schema.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, require, serve } from "../e2e/harness.mjs";

const Ajv = require("ajv");
const addFormats = require("ajv-formats");
const specification = require("@asyncapi/specs/schemas/3.0.0-without-$id.json");

let server;
const stops = [];
before(async () => { server = await serve({ after: (stop) => stops.push(stop) }, ["auth", "hello", "chat", "calls"]); });
after(() => Promise.all(stops.map((stop) => stop())));

test("the document is AsyncAPI 3.0 and names what clients send and get", async () => {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, meta: false, validateSchema: false });
  addFormats(ajv);
  const document = await call(server, "GET", "/asyncapi.json");
  const isValid = ajv.compile(specification);
  assert.ok(isValid(document), JSON.stringify(isValid.errors?.slice(0, 5), null, 1));
  const names = Object.values(document.components.messages).map((message) => message.name);
  const some = ["hello:wave", "chat:send", "chat:message", "send_message", "call:incoming", "groupcall:join", "location:peer"];
  for (const name of some) assert.ok(names.includes(name), name);

  const broken = structuredClone(document);
  broken.operations[Object.keys(broken.operations)[0]].action = "shout";
  assert.equal(isValid(broken), false);
});
