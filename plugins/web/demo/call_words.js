// SPDX-License-Identifier: Apache-2.0
// How calls go and went, in words for people.

const endings = {
  "User is busy": (name) => `${name} is in another call.`,
  "User is offline": (name) => `${name} is not here now.`,
  "No answer": (name) => `${name} does not answer.`,
  "Rejected": (name) => `${name} declined.`,
  "Blocked": (name) => `${name} cannot be called.`,
  "Failed to initiate call": (name) => `${name} cannot be called.`,
  "You are already in a call": () => "You are in a call on another device.",
  "Hung up": (name) => `${name} hung up.`,
  "Cancelled": (name) => `${name} gave up.`,
  "Answered elsewhere": () => "Answered on another device.",
  "Rejected elsewhere": () => "Declined on another device.",
  "Connection lost": () => "The connection was lost.",
  "Call not found": () => "This call is over.",
  "Group not found": () => "This group is no more.",
  "You are not a member of this group": () => "You are no longer in this group.",
  "The call is full": () => "This call is full.",
  "Joined on another device": () => "You are in this call on another device.",
  "You are not in this call": () => "You are no longer in this call.",
  "Failed to join group call": () => "The call cannot be joined.",
  "Unreachable": () => "The server cannot be reached.",
};

/** What the server gives as the reason of an end; what it does not know stands for itself. */
export const callEnding = (reason, name) => endings[reason]?.(name) ?? (reason ? `${reason}.` : "The call has ended.");

/** "0:07", "12:34", "1:02:03". */
export function durationText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (figure) => String(figure).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

const outcomes = {
  outgoing: { answered: "Outgoing", missed: "No answer", rejected: "Declined", cancelled: "You gave up" },
  incoming: { answered: "Incoming", missed: "Missed", rejected: "You declined", cancelled: "They gave up" },
};

/** One entry of the history. */
export function outcomeText({ kind, direction, status, duration }) {
  if (kind === "group") return `Group call · ${durationText(duration)}`;
  const word = outcomes[direction][status];
  return status === "answered" ? `${word} · ${durationText(duration)}` : word;
}
