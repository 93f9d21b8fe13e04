/** The help of a task, one step at a time: hints in their order, the solution behind a second press. */
import { fill } from "./dom.mjs";
import { STRINGS } from "./strings_en.mjs";

function help(cell, kind) {
  return [...(cell.element.closest("[data-task-id]")?.querySelectorAll(`details.task-${kind}`) ?? [])];
}

/** Open the next hint. */
export function hint(cell) {
  const hints = help(cell, "hint");
  const next = hints.findIndex((one) => !one.open);
  if (next < 0) {
    cell.say(STRINGS.status.no_more_hints);
    return;
  }
  hints[next].open = true;
  cell.say(fill(STRINGS.status.hint_shown, { n: next + 1, total: hints.length }));
}

/** Show the solution, after a second press. */
export function solution(cell) {
  const button = cell.buttons.solution;
  if (!button.dataset.asked) {
    button.dataset.asked = "true";
    button.textContent = STRINGS.solution_sure;
    button.addEventListener("blur", () => calm(button), { once: true });
    return;
  }
  calm(button);
  for (const one of help(cell, "solution")) one.open = true;
  cell.say(STRINGS.status.solution_shown);
}

function calm(button) {
  delete button.dataset.asked;
  button.textContent = STRINGS.solution;
}
