// SPDX-License-Identifier: Apache-2.0
// The greeting as Node serves it: server.mjs node|express|fastify. Prints the port it took.
import { createServer } from "node:http";

const kind = process.argv[2];
const text = "text/plain; charset=utf-8";
const ready = (address) => console.log(address.port);

if (kind === "node") {
  const server = createServer((request, response) => {
    const name = request.url.slice("/inline/".length);
    response.writeHead(200, { "content-type": text, "x-greeting": "Hello" });
    response.end(`Hello, ${name}!`);
  });
  server.listen(0, "127.0.0.1", () => ready(server.address()));
} else if (kind === "express") {
  const { default: express } = await import("express");
  const app = express();
  app.use((request, response, next) => { response.set("x-greeting", "Hello"); next(); });
  app.get("/inline/:name", (request, response) => response.type(text).send(`Hello, ${request.params.name}!`));
  const server = app.listen(0, "127.0.0.1", () => ready(server.address()));
} else {
  const { default: fastify } = await import("fastify");
  const app = fastify();
  app.addHook("onSend", async (request, reply) => { reply.header("x-greeting", "Hello"); });
  app.get("/inline/:name", (request, reply) => reply.type(text).send(`Hello, ${request.params.name}!`));
  await app.listen({ port: 0, host: "127.0.0.1" });
  ready(app.server.address());
}
