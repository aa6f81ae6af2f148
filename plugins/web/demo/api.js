// SPDX-License-Identifier: Apache-2.0
// The server's HTTP API: JSON both ways, and its errors (RFC 9457) as exceptions.

/** What the server refused, in words for people; `faults` names the members of the body that are wrong. */
export class ApiError extends Error {
  constructor(status, problem, retryAfter) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.status = status;
    this.code = problem.code;
    this.retryAfter = retryAfter;
    this.faults = problem.errors ?? [];
  }
  /** One line: the faults of the members where there are any, else the whole. */
  get text() {
    if (this.faults.length === 0) return this.message;
    return this.faults.map(({ pointer, detail }) => `${(pointer ?? "").replace(/^[#/]+/, "")} ${detail}`.trim()).join("; ");
  }
}

/** Nobody answered: the network or the server is away. */
export class Unreachable extends Error {
  constructor() {
    super("The server cannot be reached.");
  }
  get text() {
    return this.message;
  }
}

/** Sends one request and returns the body of its answer; null for none. Throws ApiError and Unreachable. */
export async function send(method, path, body, headers = {}) {
  const request = { method, headers: { accept: "application/json", ...headers } };
  if (body !== undefined) {
    request.headers["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(path, request);
  } catch {
    throw new Unreachable();
  }
  const text = await answer.text().catch(() => "");
  const value = text && /json/.test(answer.headers.get("content-type") ?? "") ? JSON.parse(text) : null;
  if (!answer.ok) throw new ApiError(answer.status, value ?? {}, Number(answer.headers.get("retry-after")) || undefined);
  return value;
}
