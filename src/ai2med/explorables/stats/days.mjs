/** Days as "2026-10-01": they compare as text, so no time zone can move a date by one. */

/** The reader's own day. */
export function today() {
  const now = new Date();
  const two = (value) => String(value).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

export const isDay = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

/** "2028-08-02" as "2 August 2028", the way the pages write it. */
export function writtenDay(day) {
  return new Date(day).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** A day as a fraction of years, for drawing. */
export function yearOf(day) {
  const [year] = day.split("-").map(Number);
  return year + (Date.parse(day) - Date.UTC(year, 0, 1)) / (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1));
}
