/** The path behind a door of the home page: kept when the reader goes in, told at the end of each of its units. */
import { PATH, read, write } from "./kept.mjs{v:kept.mjs}";

const WORDS = {
  on: "On your path “{reader}”, unit {n} of {total}. Next: ",
  last: "This is the last unit of your path “{reader}”. Other paths start on the home page: ",
  home: "choose your door",
};

/** Keep the path when one of its units is opened; the addresses are those of the home page, from the root of the site. */
function keep({ target }) {
  const door = target.closest?.("a")?.closest(".door");
  if (!door) return;
  const units = [...door.querySelectorAll("li > p:first-child > a")].map((link) => [link.getAttribute("href"), link.textContent]);
  write(PATH, JSON.stringify({ reader: door.querySelector("summary").firstChild.textContent.trim(), units }));
}

function kept() {
  try {
    const { reader, units } = JSON.parse(read(PATH));
    return { reader: String(reader), units: units.map(([address, title]) => [String(address), String(title)]) };
  } catch {
    return null;
  }
}

function show() {
  document.querySelector(".page-path")?.remove();
  const path = kept();
  // An exercise lies where its unit does.
  const here = `${document.body.dataset.page.replace(/^exercises\//, "moocs/")}.html`;
  const place = path ? path.units.findIndex(([address]) => address === here) : -1;
  if (place < 0) return;
  const [address, title] = path.units[place + 1] ?? ["index.html#choose-your-door", WORDS.home];
  const values = { reader: path.reader, n: place + 1, total: path.units.length };
  const told = place + 1 < path.units.length ? WORDS.on : WORDS.last;
  const link = document.createElement("a");
  link.href = document.documentElement.dataset.content_root + address;
  link.textContent = title;
  const line = document.createElement("p");
  line.className = "page-path";
  line.append(told.replace(/\{(\w+)\}/g, (_, name) => values[name]), link);
  document.querySelector("main .prev-next, main .page-links")?.before(line);
}

/** Begin with the page in the window. */
export function start() {
  document.querySelector(".doors")?.addEventListener("click", keep);
  show();
}

// What was erased is told no longer.
addEventListener("storage", ({ key }) => (key === null || key === PATH) && show());
