/** Questions that are answered in fields: a number, gaps in a text, pairs to match, the output of code. */
import { fill, freshId, h } from "../shared/ui.mjs";
import { WORDS } from "./words.mjs";
import { codeBlock, gapNumber, markOf, richBlocks, richInline, richPlain } from "./text.mjs";

const FIELD_WORDS = WORDS;

/**
 * A field with room for its mark, and the ways to set and clear that mark. Inside a sentence (`quiet`) the words of the
 * mark are for screen readers only: "Not right are right." would be read as part of it.
 */
function markedField(field, { quiet = false } = {}) {
  const mark = h("span", { class: "a2-kc-slot", id: `${field.id}-mark` });
  return {
    field,
    mark,
    clear() {
      mark.replaceChildren();
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    },
    show(kind) {
      const words = FIELD_WORDS.kind[kind];
      mark.replaceChildren(markOf(kind, quiet ? h("span", { class: "a2-hidden" }, words) : words));
      field.setAttribute("aria-describedby", mark.id);
      if (kind !== "right") field.setAttribute("aria-invalid", "true");
    },
  };
}

function chooser(values, onedit, attributes) {
  return h(
    "select",
    { class: "a2-kc-field", onchange: onedit, ...attributes },
    h("option", { value: "" }, FIELD_WORDS.choose),
    values.map(([value, text]) => h("option", { value, dir: "auto" }, text)),
  );
}

function textField(onedit, attributes) {
  const plain = {
    type: "text",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    maxlength: 200,
    dir: "auto",
  };
  return h("input", { class: "a2-kc-field", oninput: onedit, ...plain, ...attributes });
}

/** A number with its unit. Some items have versions with other numbers; `state.variant` says which one is shown. */
export function numericEditor({ item, labelledby, onedit, state }) {
  const id = freshId("number");
  // The pad for decimals has no minus on many phones.
  const negative = item.variants.some(({ answer, slips }) => [answer, ...slips.map(({ value }) => value)].some((n) => n < 0));
  const input = textField(onedit, {
    id,
    inputmode: negative ? "text" : "decimal",
    "aria-labelledby": `${labelledby} ${id}-label ${id}-unit`,
    maxlength: 40,
  });
  const one = markedField(input);
  const unit = item.answer_unit ? h("span", { class: "a2-kc-unit", id: `${id}-unit` }, item.answer_unit) : null;
  const label = h("label", { for: id, id: `${id}-label`, class: "a2-kc-fieldname" }, FIELD_WORDS.your_number);
  return {
    element: h("div", { class: "a2-kc-numeric" }, label, h("span", { class: "a2-kc-inline" }, input, unit, one.mark)),
    field: input,
    read: () => ({ value: input.value, variant: state.variant }),
    write: (response) => (input.value = typeof response === "object" ? response.value : response),
    clear: one.clear,
    show: (notes, result) => item.place !== "opening" && one.show(result.correct ? "right" : "wrong"),
    label: () => null,
    solution() {
      const { answer, tolerance } = item.variants[state.variant];
      const number = (value) => String(Number(value.toPrecision(6)));
      const words = tolerance > 0 ? FIELD_WORDS.number_answer : FIELD_WORDS.number_exact;
      return h(
        "p",
        {},
        fill(words, {
          answer: number(answer),
          unit: item.answer_unit ? ` ${item.answer_unit}` : "",
          tolerance: number(tolerance),
        }).trim(),
      );
    },
  };
}

/** Gaps inside a text: a field each, or a list where the choices are given. */
export function fillEditor({ item, onedit }) {
  const names = item.text
    .flat()
    .filter((run) => run.blank !== undefined)
    .map((run) => run.blank);
  const blanks = new Map();
  const element = h(
    "div",
    { class: "a2-kc-gaps" },
    ...richBlocks(item.text, (name) => {
      const { choices } = item.blanks[name];
      const label = fill(FIELD_WORDS.blank, { k: names.indexOf(name) + 1, n: names.length });
      const attributes = { id: freshId("gap"), "aria-label": label };
      const field = choices
        ? chooser(
            choices.map((text) => [text, text]),
            onedit,
            attributes,
          )
        : textField(onedit, { ...attributes, size: 9 });
      const one = markedField(field, { quiet: true });
      blanks.set(name, one);
      // On a phone each gap begins a line; what follows it stays beside it.
      const number = gapNumber(names.indexOf(name) + 1);
      return h("span", {}, h("br"), h("span", { class: "a2-kc-inline" }, number, field, one.mark));
    }),
  );
  return {
    element,
    read: () => Object.fromEntries([...blanks].map(([name, { field }]) => [name, field.value])),
    write(response) {
      for (const [name, { field }] of blanks) field.value = response[name] ?? "";
    },
    clear: () => blanks.forEach((one) => one.clear()),
    show: (notes) => notes.forEach(({ target, kind }) => blanks.get(target)?.show(kind)),
    label: (target) => (blanks.has(target) ? fill(FIELD_WORDS.gap, { k: names.indexOf(target) + 1 }) : null),
    solution: () =>
      h(
        "div",
        {},
        ...richBlocks(item.text, (name) =>
          h(
            "span",
            {},
            gapNumber(names.indexOf(name) + 1),
            h("strong", { class: "a2-kc-filled" }, item.blanks[name].accept[0]),
          ),
        ),
      ),
  };
}

// On a phone so many pairs stand on the screen at a time.
const ROWS = 4;

/** Parts of a long list of rows, for narrow screens: the style sheet hides what is away, and on wide ones the buttons. */
function inParts(rows) {
  if (rows.length <= ROWS + 1) return { element: null, show: () => {} };
  let first = 0;
  const place = h("span", { "aria-live": "polite" });
  const button = (words, step) =>
    h("button", { type: "button", class: "a2-button", onclick: () => show(first + step * ROWS) }, words);
  const [back, next] = [button(FIELD_WORDS.rows_back, -1), button(FIELD_WORDS.rows_next, 1)];
  function show(index) {
    first = Math.floor(Math.max(0, index) / ROWS) * ROWS;
    rows.forEach((row, k) => row.toggleAttribute("data-away", k < first || k >= first + ROWS));
    back.disabled = first === 0;
    next.disabled = first + ROWS >= rows.length;
    const last = Math.min(first + ROWS, rows.length);
    place.textContent = fill(FIELD_WORDS.rows_part, { first: first + 1, last, n: rows.length });
  }
  show(0);
  return { element: h("div", { class: "a2-kc-parts" }, back, place, next), show };
}

/** Pairs: one list of targets for every prompt. */
export function matchingEditor({ item, labelledby, onedit }) {
  const targets = new Map(item.targets.map((target) => [target.id, richPlain(target.text)]));
  const rows = new Map();
  const element = h(
    "div",
    { class: "a2-kc-pairs", role: "group", "aria-labelledby": labelledby },
    item.prompts.map((prompt) => {
      const id = freshId("pair");
      const one = markedField(
        chooser(
          item.shown.map((key) => [key, targets.get(key)]),
          onedit,
          { id },
        ),
      );
      rows.set(prompt.id, one);
      return h("div", { class: "a2-kc-pair" }, h("label", { for: id }, richInline(prompt.text)), one.field, one.mark);
    }),
  );
  const names = [...rows.keys()];
  const parts = inParts([...element.children]);
  if (parts.element) element.append(parts.element);
  const point = (targets) => parts.show(Math.max(0, names.findIndex((name) => targets.includes(name))));
  return {
    element,
    point,
    read: () =>
      Object.fromEntries(
        [...rows].filter(([, { field }]) => field.value).map(([key, { field }]) => [key, field.value]),
      ),
    write(response) {
      for (const [key, { field }] of rows) field.value = targets.has(response[key]) ? response[key] : "";
    },
    clear: () => rows.forEach((one) => one.clear()),
    show(notes) {
      for (const { target, kind } of notes) rows.get(target)?.show(kind);
      point(notes.filter(({ kind }) => kind !== "right").map(({ target }) => target));
    },
    label: (target) => (rows.has(target) ? richPlain(item.prompts.find((prompt) => prompt.id === target).text) : null),
    solution: () =>
      h(
        "ul",
        {},
        item.prompts.map((prompt) =>
          h("li", {}, richInline(prompt.text), " → ", h("strong", { dir: "auto" }, targets.get(prompt.answer))),
        ),
      ),
  };
}

/** What will this code print? */
export function predictEditor({ item, labelledby, onedit }) {
  const id = freshId("output");
  const area = h("textarea", {
    id,
    class: "a2-kc-field a2-kc-mono",
    rows: 2,
    maxlength: 2000,
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    "aria-labelledby": `${labelledby} ${id}-label`,
    oninput: onedit,
  });
  const one = markedField(area);
  const label = h("label", { for: id, id: `${id}-label`, class: "a2-kc-fieldname" }, FIELD_WORDS.your_output);
  return {
    element: h("div", {}, codeBlock(item.code.replace(/\n$/, ""), FIELD_WORDS.code), label, area, one.mark),
    read: () => area.value,
    write: (response) => (area.value = String(response)),
    clear: one.clear,
    show: (notes, result) => one.show(result.correct ? "right" : "wrong"),
    label: () => null,
    solution: () => codeBlock(item.accept[0], FIELD_WORDS.output),
  };
}
