/** Single best answer (radio buttons) and multiple response (each option its own decision). */
import { freshId, h } from "../shared/ui.mjs";
import { WORDS } from "./words.mjs";
import { markOf, richBlocks, richInline, richPlain } from "./text.mjs";

const CHOICE_WORDS = WORDS;

/** Make the editor of a single or multiple item; every editor has the same methods, see kc_item.mjs. */
export function choiceEditor({ item, labelledby, onedit }) {
  const several = item.type === "multiple";
  const name = freshId("option");
  const rows = new Map();
  for (const option of item.options) {
    const id = freshId("option");
    const input = h("input", { type: several ? "checkbox" : "radio", id, name, value: option.id, onchange: onedit });
    const mark = h("span", { class: "a2-kc-slot", id: `${id}-mark` });
    const row = h("div", { class: "a2-kc-option" }, input, h("label", { for: id }, richInline(option.text)), mark);
    rows.set(option.id, { input, mark, row });
  }
  const all = [...rows.values()];
  const hint = several ? h("p", { class: "a2-kc-hint", id: `${name}-hint` }, CHOICE_WORDS.choose_each) : null;
  const element = h(
    "div",
    { role: several ? "group" : "radiogroup", "aria-labelledby": labelledby, "aria-describedby": hint?.id },
    hint,
    all.map(({ row }) => row),
  );
  const optionOf = (target) => item.options.find((option) => option.id === target);
  const decision = (target, kind) => CHOICE_WORDS.decision[`${kind}_${optionOf(target).correct ? "holds" : "fails"}`];
  const chosen = () => all.filter(({ input }) => input.checked).map(({ input }) => input.value);

  return {
    element,
    read: () => (several ? chosen() : (chosen()[0] ?? null)),
    write(response) {
      const wanted = [response].flat();
      for (const { input } of all) input.checked = wanted.includes(input.value);
    },
    clear() {
      for (const { input, mark, row } of all) {
        mark.replaceChildren();
        input.removeAttribute("aria-describedby");
        delete row.dataset.kind;
      }
    },
    show(notes) {
      for (const { target, kind } of notes) {
        const place = rows.get(target);
        if (!place) continue;
        place.input.setAttribute("aria-describedby", place.mark.id);
        if (item.place === "opening") {
          place.mark.replaceChildren(CHOICE_WORDS.your_guess);
          continue;
        }
        place.row.dataset.kind = kind;
        place.mark.replaceChildren(markOf(kind, several ? decision(target, kind) : CHOICE_WORDS.kind[kind]));
      }
    },
    label: (target) => (several ? richPlain(optionOf(target)?.text) : null),
    tag: several ? decision : null,
    solution: () =>
      h(
        "ul",
        { class: "a2-kc-notes" },
        item.options.map((option) => {
          const kind = option.correct ? "right" : "wrong";
          return h(
            "li",
            { "data-kind": kind },
            h("p", {}, markOf(kind, `${CHOICE_WORDS.option[kind]} `), h("strong", {}, richInline(option.text))),
            ...richBlocks(option.feedback),
          );
        }),
      ),
  };
}
