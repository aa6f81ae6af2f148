// SPDX-License-Identifier: Apache-2.0
// Sizes as people say them: "812 B", "1.4 MB".
const units = ["B", "kB", "MB", "GB", "TB"];

export function sizeText(bytes) {
  const rank = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const figure = bytes / 1000 ** rank;
  return `${rank === 0 || figure >= 100 ? Math.round(figure) : figure.toFixed(1)} ${units[rank]}`;
}
