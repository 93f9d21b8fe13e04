/** Run all: every cell from top to bottom. Tasks that are not begun are passed over, and no error ends it. */
import { fill } from "./dom.mjs";
import { numberOf, usesOf } from "./results.mjs";
import { STRINGS } from "./strings_en.mjs";

/**
 * @param {Cell[]} cells in their order
 * @param {{run: Function, borrow: Function, passOver: Function, tell: Function, stopped: Function}} page what the page
 *   does with one, and how it says how far it is
 * @returns {Promise<string>} what happened, in words
 */
export async function runAll(cells, page) {
  const started = performance.now();
  const seen = { ran: 0, over: [], borrowed: [], failed: [], stopped: null };
  const needed = new Set(cells.flatMap(usesOf));
  for (const [k, cell] of cells.entries()) {
    page.tell(fill(STRINGS.all.cell, { n: k + 1, total: cells.length }));
    const { check, scratch, raises } = cell.element.dataset;
    const untouched = (check || scratch) && cell.code === cell.original;
    const ran = !untouched && (await page.run(cell));
    if (page.stopped()) {
      seen.stopped = cell;
      break;
    }
    if (untouched) page.passOver(cell);
    if (ran || (raises && !untouched)) seen.ran += 1;
    else if (needed.has(check)) seen.borrowed.push(cell);
    else if (check && untouched) seen.over.push(cell);
    if (!ran && !untouched && !raises) seen.failed.push(cell);
    if (seen.borrowed.at(-1) === cell) await page.borrow(cell);
  }
  return told(seen, ((performance.now() - started) / 1000).toFixed(1));
}

function told({ ran, over, borrowed, failed, stopped }, seconds) {
  const { all } = STRINGS;
  const tasks = (chosen) => {
    const names = chosen.map(numberOf);
    return names.length > 1 ? fill(all.tasks, { names: names.join(", ") }) : fill(all.task, { n: names[0] });
  };
  const parts = [fill(ran === 1 ? all.ran_one : all.ran, { n: ran, seconds })];
  if (borrowed.length) parts.push(fill(all.borrowed, { tasks: tasks(borrowed) }));
  if (over.length) parts.push(fill(all.over, { tasks: tasks(over) }));
  if (failed.length) parts.push(fill(all.failed, { cells: failed.map(({ number }) => fill(STRINGS.cell, { n: number }).toLowerCase()).join(", ") }));
  if (stopped) parts.push(fill(all.stopped, { n: stopped.number }));
  return parts.join(" ");
}
