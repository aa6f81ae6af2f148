// SPDX-License-Identifier: Apache-2.0
// Times as people say them, in the browser's own language.
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

const midnight = (time) => new Date(time.getFullYear(), time.getMonth(), time.getDate());
export const daysFromToday = (time) => Math.round((midnight(new Date(time)) - midnight(new Date())) / 86_400_000);

export const clockTime = (time) => clock.format(new Date(time));

/** "Today", "Yesterday", "Friday, 3 October". */
export function dayName(time) {
  const away = daysFromToday(time);
  if (away < -1 || away > 1) return day.format(new Date(time));
  const word = relative.format(away, "day");
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Where there is little room: the clock for today, "3 Oct" before. */
export const briefTime = (time) => (daysFromToday(time) === 0 ? clockTime(time) : shortDay.format(new Date(time)));

/** "due today", "due in 3 days", "2 days ago". */
export const dueText = (time) => relative.format(daysFromToday(time), "day");
