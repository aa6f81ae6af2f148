// SPDX-License-Identifier: Apache-2.0
// One file on its way to the server. fetch() tells nothing of how far it is, XMLHttpRequest does.
import { ApiError, Unreachable } from "./api.js";

/** Sends a file; `told` hears the part that is sent, 0 to 1. Returns {stored, cancel()}: `stored` is what the server
    answers, null when it was cancelled; rejects with ApiError and Unreachable. */
export function upload(session, file, told = () => {}) {
  const request = new XMLHttpRequest();
  const stored = session.token().then((token) => new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("file", file, file.name);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => told(total ? loaded / total : 0);
    request.onload = () => (request.status === 201 ? resolve(request.response)
      : reject(new ApiError(request.status, request.response ?? {}, Number(request.getResponseHeader("retry-after")) || undefined)));
    request.onerror = () => reject(new Unreachable());
    request.onabort = () => resolve(null);
    request.open("POST", "/api/v1/uploads");
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.send(form);
  }));
  return { stored, cancel: () => request.abort() };
}
