// SPDX-License-Identifier: Apache-2.0
// Names that nobody else gives.

// crypto.randomUUID() is there for https and localhost only; a phone in the same network has neither.
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
