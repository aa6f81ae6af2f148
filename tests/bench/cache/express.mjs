// SPDX-License-Identifier: Apache-2.0
// One list as Express serves it from a cache in Redis: express.mjs REDIS_URL FILE. Prints the port it took.
import { readFileSync } from "node:fs";
import express from "express";
import { createClient } from "redis";

const [url, file] = process.argv.slice(2);
const client = createClient(url.startsWith("unix:") ? { socket: { path: url.slice("unix:".length) } } : { url });
await client.connect();

const list = readFileSync(file, "utf8");
const fromDatabase = async () => list;

const app = express();
app.get("/api/v1/posts", async (request, response) => {
  const key = `posts:${request.query.limit}`;
  let body = await client.get(key);
  if (body === null) await client.set(key, body = await fromDatabase(), { EX: 300 });
  response.type("json").send(body);
});
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
