/** Says on a page of law which of its dates have passed since the day of which it shows the law. */

/** A day as dates of law are written for machines, by the clock of the reader. */
function dayOf(date) {
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}

/** Count by the reader's clock; the words and the dates come with the page (`book/notes.py`). */
export function start() {
  for (const line of document.querySelectorAll(".law-as-of[data-dates]")) {
    const today = dayOf(new Date());
    const passed = JSON.parse(line.dataset.dates).filter(([day]) => day <= today);
    line.querySelector(".law-since")?.remove();
    if (!passed.length) continue;
    const words = passed.length === 1 ? line.dataset.one : line.dataset.more.replace("{n}", passed.length);
    const told = document.createElement("p");
    told.className = "law-since";
    told.textContent = `${words} ${passed.map(([, name]) => name).join("; ")}.`;
    line.append(told);
  }
}
