// SPDX-License-Identifier: Apache-2.0
// A disc with somebody's initial, always in the same of a few colours.
import { h } from "./elements.js";

export const face = (name) => paintFace(h("span", { class: "face", "aria-hidden": "true" }), name);

/** `isThere` adds the sign of somebody who is online. */
export function paintFace(disc, name, isThere = false) {
  const sum = [...name].reduce((all, letter) => (all * 31 + letter.codePointAt(0)) % 997, 7);
  disc.dataset.hue = String(sum % 5);
  disc.textContent = [...name][0]?.toUpperCase() ?? "";
  disc.classList.toggle("is-there", isThere);
  return disc;
}
