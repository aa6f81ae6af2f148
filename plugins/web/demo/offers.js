// SPDX-License-Identifier: Apache-2.0
// What this server offers: its own description, asked once. A plugin that is not there has no paths in it.
import { send } from "./api.js";

export class Offers {
  constructor(description) {
    this.description = description;
  }
  static async ask() {
    return new Offers(await send("GET", "/openapi.json"));
  }

  has(path) {
    return path in (this.description.paths ?? {});
  }
  /** The words a member of a request's body may be, as this server is configured; empty: any. */
  choices(method, path, member) {
    const operation = this.description.paths?.[path]?.[method];
    const body = this.#resolve(operation?.requestBody?.content?.["application/json"]?.schema);
    const schema = this.#resolve(body?.properties?.[member]);
    return (schema?.enum ?? []).filter((word) => word !== null);
  }

  #resolve(schema) {
    if (!schema?.$ref) return schema;
    return schema.$ref.replace(/^#\//, "").split("/").reduce((at, name) => at?.[name], this.description);
  }
}
