/** A page's cells and its Python: what runs in which order, and what a reader is told meanwhile. */
import { listen } from "./announce.mjs";
import { Cell } from "./cell.mjs";
import { fill, megabytes } from "./dom.mjs";
import { Python, downloadSize, obstacle } from "./python.mjs";
import { GIVE_BACK, TAKE, borrows, offerResults, unsolved } from "./results.mjs";
import { STRINGS } from "./strings_en.mjs";
import { runAll } from "./whole.mjs";

const root = document.documentElement;
// A reader who stays this long on pages without cells is done with Python; its memory is given back.
const AWAY = Number(root.dataset.liveAway ?? 15 * 60_000);

export const python = new Python();
/** What the page does for its cells, which know nothing else of it. */
const forCells = { run, runAll: all, stop, check, host, whole: () => Boolean(whole) };

/** What the page tells of its cells; null on a page without. */
let config = null;
let cells = new Map();
/** Cells that the page does not show, but on which shown ones build. */
let hidden = [];
let queue;
let current;
/** What Run all runs, and whether it was stopped; null when it does not run. */
let whole = null;
let away;
/** The page for which Python was started. */
let booted = null;
/** Whether Python may be loaded when a cell is run: where data are to be spared, only after a question. */
let agreed = root.dataset.python === "ready" || !(navigator.connection?.saveData || navigator.connection?.type === "cellular");

/** Begin with the document as it stands; what an earlier page has left is let go. */
export function start() {
  for (const cell of cells.values()) cell.leave();
  clearTimeout(away);
  const data = document.getElementById("live-page");
  config = data && JSON.parse(data.textContent);
  python.renew(config ?? {});
  cells = new Map();
  for (const element of document.querySelectorAll("live-cell")) cells.set(element, new Cell(element, config.version, forCells));
  if (cells.size) listen();
  hidden = (config?.hidden ?? []).map(({ index, code }) => ({ index, code, session: 0 }));
  queue = Promise.resolve();
  current = whole = null;
  if (!config) away = setTimeout(() => python.off(), AWAY);
}

export function cellOf(element) {
  return cells.get(element);
}

python.addEventListener("boot", () => {
  booted = config;
  // Where it cannot be loaded, links lead on as they always do.
  import("./navigate.mjs").then(({ lead }) => lead(python, start), console.warn);
});
python.addEventListener("progress", ({ detail }) => current?.say(progressText(detail), detail));
python.addEventListener("lost", () => {
  for (const cell of cells.values()) if (cell.state === "done" || cell.state === "ready") cell.setState("idle");
});

function progressText({ phase, loaded, total, cached, names, bytes }) {
  if (phase === "download") {
    const source = cached ? STRINGS.status.cache : STRINGS.status.network;
    return fill(STRINGS.status.download, { done: megabytes(loaded), total: megabytes(total), source });
  }
  return phase === "packages" ? fill(STRINGS.status.packages, { names: names.join(", "), mb: megabytes(bytes) }) : STRINGS.status.start;
}

/** Load Python before it is asked for; one that was started for another page, what this page needs beyond that. */
export async function prepare() {
  const kept = python.alive && booted !== config;
  if (obstacle() || !config || (python.state !== "off" && !kept)) return;
  const first = cells.values().next().value;
  const here = config;
  try {
    if (!kept) {
      const size = await downloadSize(config.packages);
      if (python.state !== "off") return;
      first?.hintAt(fill(STRINGS.status.background, { mb: megabytes(size) }));
    }
    await python.start();
    if (config !== here) return;
    python.ahead(config.packages, [...cells.values()].map((cell) => cell.code));
  } catch {
    // Nobody has asked yet; whoever presses Run is told.
  } finally {
    first?.hintAt("");
  }
}

/** What stands in the way of running, dealt with in the cell: true if Python may start. */
async function mayStart(cell) {
  const missing = obstacle();
  if (missing) {
    cell.showFailure(STRINGS.failure[missing]);
    return false;
  }
  if (agreed || python.state === "ready") return true;
  agreed = await cell.askFirst(megabytes(await downloadSize(config.packages)));
  return agreed;
}

/**
 * Run a cell after the earlier ones that it builds on.
 * @returns {Promise<boolean>} whether it ended without an error
 */
function run(cell) {
  if (cell.waiting) return cell.waiting;
  cell.waiting = queue.then(() => runNow(cell)).finally(() => (cell.waiting = null));
  queue = cell.waiting.catch(() => {});
  return cell.waiting;
}

/** Python, started for a cell; false when the reader does not want it. */
async function ready(cell) {
  if (!(await mayStart(cell))) return false;
  if (python.state !== "ready") {
    cell.setState("loading");
    cell.offerAhead();
    if (python.progress && python.state === "loading") cell.say(progressText(python.progress), python.progress);
    await python.start();
  }
  return !cell.cancelled || cell.end("idle", STRINGS.status.not_run);
}

async function runNow(cell) {
  if (cell.gone) return false;
  current = cell;
  cell.cancelled = false;
  offerResults(cell, []);
  const started = performance.now();
  try {
    if (!(await ready(cell))) return false;
    await giveBack(cell);
    const earlier = before(cell);
    const shown = earlier.filter((one) => one instanceof Cell);
    for (const [k, one] of earlier.entries()) {
      cell.setState("running");
      if (one instanceof Cell)
        cell.say(fill(STRINGS.status.earlier, { n: one.number, k: shown.indexOf(one) + 1, total: shown.length }));
      const ended = await runPart(one);
      if (ended.lost || ended.crashed || ended.unavailable || ended.ename === "KeyboardInterrupt") return finish(cell, ended, started, 0);
      if (cell.cancelled) return cell.end("idle", STRINGS.status.not_run);
      if (!ended.ok && one instanceof Cell && !one.mayFail) {
        offer(cell, [one, cell], run);
        return cell.end("idle", fill(STRINGS.status.earlier_error, { n: one.number }));
      }
      if (k === earlier.length - 1) cell.say(STRINGS.status.running);
    }
    cell.setState("running");
    cell.say(STRINGS.status.running);
    return finish(cell, await runPart(cell), started, shown.length);
  } catch (error) {
    if (cell.cancelled) return cell.end("idle", STRINGS.status.not_run);
    cell.showFailure(STRINGS.failure[error.message] ?? fill(STRINGS.failure.download, { reason: error.message }), () => {
      python.start({ reload: true });
      run(cell);
    });
    return false;
  } finally {
    if (current === cell) current = null;
  }
}

/** The cells before one that have not run. The reader's own cell runs with what has run so far. */
function before(cell) {
  if (cell.element.dataset.scratch) return [];
  const all = [...cells.values(), ...hidden];
  return all
    .filter((one) => one.index < cell.index && one.session !== python.session)
    .sort((a, b) => a.index - b.index);
}

async function runPart(part) {
  if (part instanceof Cell) {
    if (part !== current && borrows(part)) return take(part);
    return part.execute(python, { earlier: part !== current });
  }
  const ended = await python.run({ code: part.code, name: `Cell h${part.index}`, quiet: true, onoutput() {} });
  if (ended.ok || ended.ename) part.session = python.session;
  return ended;
}

function finish(cell, ended, started, earlier) {
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (ended.unavailable) {
    cell.showFailure(fill(STRINGS.failure.download, { reason: ended.unavailable }), () => run(cell));
    return false;
  }
  if (ended.crashed) return cell.end("error", STRINGS.status.crashed);
  if (ended.lost) return cell.end("idle", STRINGS.status.stopped_lost);
  if (ended.ename === "KeyboardInterrupt") return cell.end("ready", STRINGS.status.stopped);
  if (!ended.ok) offer(cell, [cell], run);
  if (!ended.ok)
    return cell.end("error", ended.line ? fill(STRINGS.status.error_line, ended) : STRINGS.status.error);
  const text = earlier > 1 ? "done_after" : earlier ? "done_after_one" : cell.silent ? "done_silent" : "done";
  return cell.end("done", fill(STRINGS.status[text], { n: earlier, seconds }));
}

/** Stop what runs, or do not begin what waits for Python; one that loads is ended, and the next run starts another. */
function stop(cell) {
  cell.cancelled = true;
  if (whole) whole.stopped = true;
  if (python.state === "loading") python.off();
  else if (python.runs.size) {
    cell.say(STRINGS.status.restarting);
    python.stop();
  }
}

/** Check a task: its cell runs first where it has changed, then the engine answers. */
async function check(cell) {
  if (cell.session !== python.session || cell.ranCode !== cell.code || cell.state === "error") {
    if (!(await run(cell))) {
      if (cell.state === "error" && cell.ranCode === cell.code) cell.say(STRINGS.status.check_needs_run);
      return;
    }
  }
  await (queue = queue.then(() => answer(cell)));
}

async function answer(cell) {
  if (cell.gone) return;
  cell.setState("running");
  cell.say(STRINGS.status.checking);
  offerResults(cell, []);
  cell.passed = null;
  const outputs = cell.feedbackRoom();
  const code = `from ai2med import check as _check\n_check("${cell.element.dataset.check}")`;
  const ended = await python.run({ code, name: "Check", onoutput: outputs.show });
  // What earlier tasks gave may be why this one does not pass.
  if (ended.ok && cell.passed === null) offer(cell, [cell], check);
  cell.end(ended.ok ? "done" : "error", ended.ok ? STRINGS.status.checked : STRINGS.status.error);
}

document.addEventListener("ai2med:checked", ({ target, detail }) => {
  const cell = cells.get(target);
  if (cell && detail.passed) cell.passed = cell.ranCode;
});

/** Offer the book's results of tasks on which cells build; afterwards the cell does again what did not work. */
function offer(cell, builders, again) {
  const tasks = unsolved(builders, [...cells.values()], python.session).filter((task) => task !== cell);
  offerResults(cell, tasks, async () => {
    for (const task of tasks) await borrow(task);
    await again(cell);
  });
}

/** Let the cells after a task use the book's result of it. */
function borrow(task) {
  return (queue = queue.then(async () => {
    for (const one of before(task)) await runPart(one);
    await take(task);
    for (const one of [...cells.values(), ...hidden]) if (one.index > task.index) one.session = 0;
  }));
}

async function take(task) {
  let told = "";
  const onoutput = ({ data }) => (told = data?.["text/plain"] ?? told);
  const ended = await python.run({ code: TAKE(task.element.dataset.check), name: "Result", onoutput });
  if (ended.ok || ended.ename) {
    task.borrowed = task.code;
    passOver(task);
    task.end("idle", told);
  }
  return ended;
}

/** The reader's own code takes the place of the book's result. */
async function giveBack(task) {
  if (task.borrowed === undefined) return;
  delete task.borrowed;
  await python.run({ code: GIVE_BACK(task.element.dataset.check), name: "Result", quiet: true, onoutput() {} });
}

/** Take a cell for done without running it; a check of it runs it all the same. */
function passOver(cell) {
  cell.session = python.session;
  cell.ranCode = null;
}

/** Pass over a task that is not begun; what its starter showed, such as the dots in it, is no result. */
function leaveOut(cell) {
  cell.clear();
  cell.say("");
  passOver(cell);
}

/** Run all cells from top to bottom, or stop doing so. */
async function all(first) {
  if (whole) {
    if (current) stop(current);
    return;
  }
  const mine = (whole = { stopped: false });
  const button = first.element.querySelector('[data-action="run-all"]');
  button.textContent = STRINGS.stop_all;
  first.say(STRINGS.all.running);
  const chosen = [...cells.values()].sort((a, b) => a.index - b.index);
  try {
    first.cancelled = false;
    if (!(await ready(first))) return;
    const { session } = python;
    // Without this Python, or with another one, what has run is lost.
    const stopped = () => mine.stopped || python.session !== session || python.state !== "ready";
    const told = await runAll(chosen, { run, borrow, passOver: leaveOut, stopped, tell: (text) => first.say(text) });
    whole = null;
    first.say(told);
  } catch (error) {
    first.showFailure(fill(STRINGS.failure.download, { reason: error.message }), () => all(first));
  } finally {
    if (whole === mine) whole = null;
    button.textContent = STRINGS.run_all;
  }
}

/** The book's widget host, the same module that the page itself has loaded. */
export async function host() {
  return (await import(document.querySelector('script[src*="/page.mjs"]').src)).host;
}

start();
