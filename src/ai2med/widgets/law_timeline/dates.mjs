/** Days of law in the browser: ISO days compare as text, so no time zone can move a date by one. */
import { WORDS } from "./words.mjs";

/** The reader's own day as "2026-10-01". */
export function todayIso() {
  const now = new Date();
  const two = (value) => String(value).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** "2028-08-02" as "2 August 2028", the way the pages write it. */
export function writtenDay(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return `${day} ${WORDS.months[month - 1]} ${year}`;
}

/** A day as a fraction of years, for drawing. */
export function yearOf(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return year + (Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1));
}

export function isIsoDay(text) {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}
