// SPDX-License-Identifier: Apache-2.0
// Pictures of what one does in a call, on a 24 x 24 grid.
export const phone = "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1z";
export const camera = "M3 7h11v10H3z M14 11l6-3v8l-6-3";
export const microphone = "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3z M5 11a7 7 0 0 0 14 0 M12 18v3";
export const silent = `${microphone} M4 4l16 16`;
export const dark = `${camera} M4 4l16 16`;
export const screen = "M3 5h18v11H3z M9 20h6 M12 16v4";
export const smaller = "M6 9l6 6 6-6";
export const larger = "M6 15l6-6 6 6";
export const outgoing = "M7 17L17 7 M9 7h8v8";
export const incoming = "M17 7L7 17 M15 17H7V9";
export const group = "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6z M3 20a6 6 0 0 1 12 0 M16 11a3 3 0 0 0 0-6 M18 14a6 6 0 0 1 3 6";
