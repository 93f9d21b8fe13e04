/** The book's result of a task in the place of the reader's own, for the cells that build on it. */
import { fill, h } from "./dom.mjs";
import { STRINGS } from "./strings_en.mjs";

/** What Python runs to use the book's result of a task, and to forget it again. */
export const TAKE = (id) => `from ai2med import use_result\nuse_result("${id}")`;
export const GIVE_BACK = (id) => `from ai2med.exercises.results import give_back\ngive_back("${id}")`;

/** The number of a task, as readers see it. */
export function numberOf(task) {
  return task.element.dataset.check.split("-t")[1];
}

/** Whether the book's result stands for the code that is in a task's cell now. */
export function borrows(task) {
  return task.borrowed === task.code;
}

/** The ids of the tasks on whose values a cell builds. */
export function usesOf({ element }) {
  return element.dataset.uses?.split(" ") ?? [];
}

/** The tasks on which cells build, in their order, without those that are passed or have the book's result. */
export function unsolved(builders, all, session) {
  const uses = builders.flatMap(usesOf);
  const passes = (task) => task.passed === task.code && task.session === session;
  return all.filter((one) => uses.includes(one.element.dataset.check) && !passes(one) && !borrows(one));
}

/**
 * Offer in a cell to go on with the book's results; an earlier offer goes.
 * @param {Cell} cell
 * @param {Cell[]} tasks none takes the offer away
 * @param {() => void} use
 */
export function offerResults(cell, tasks, use = null) {
  cell.results?.remove();
  cell.results = null;
  if (!tasks.length) return;
  const values = { tasks: tasks.map(numberOf).join(", ") };
  const words = STRINGS.results[tasks.length > 1 ? "many" : "one"];
  const act = () => {
    offerResults(cell, []);
    cell.buttons.run.focus();
    use();
  };
  const button = h("button", { type: "button", class: "a2-button", "data-action": "result", onclick: act }, fill(words.use, values));
  cell.results = h("div", { class: "live-results" }, h("p", {}, fill(words.why, values)), button);
  cell.notes.append(cell.results);
}
