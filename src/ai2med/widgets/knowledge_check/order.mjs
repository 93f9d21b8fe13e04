/** Put elements in order; put lines of code together (Parsons problem). */
import { clamp, fill, h } from "../shared/ui.mjs";
import { WORDS } from "./words.mjs";
import { icon, iconButton, markOf, richInline, richPlain } from "./text.mjs";
import { dragHandle, rowKeys, stepRow } from "./rows.mjs";

const ORDER_WORDS = WORDS;
const DEEPEST = 4;

function placeOf(row) {
  return { k: [...row.parentNode.children].indexOf(row) + 1, n: row.parentNode.children.length };
}

/** Elements in the reader's order. */
export function orderEditor({ item, labelledby, onedit, announce }) {
  const texts = new Map(item.elements.map((element) => [element.id, element.text]));
  const rows = new Map();
  const list = h("ol", { class: "a2-kc-rows", "aria-labelledby": labelledby });

  function makeRow(key) {
    const text = richPlain(texts.get(key));
    const row = h("li", { class: "a2-kc-row", "data-key": key });
    const moved = () => {
      announce(fill(ORDER_WORDS.moved, { text, ...placeOf(row) }));
      onedit();
    };
    const move = (step) => (stepRow(row, step) ? moved() : announce(fill(ORDER_WORDS.at_end, placeOf(row))));
    rowKeys(row, { ArrowUp: () => move(-1), ArrowDown: () => move(1) });
    row.append(
      dragHandle(row, moved),
      h("span", { class: "a2-kc-rowtext" }, richInline(texts.get(key))),
      h(
        "span",
        { class: "a2-kc-tools" },
        iconButton("up", fill(ORDER_WORDS.move_up, { text }), () => move(-1)),
        iconButton("down", fill(ORDER_WORDS.move_down, { text }), () => move(1)),
      ),
    );
    return row;
  }
  for (const key of item.shown) rows.set(key, makeRow(key));
  list.append(...rows.values());

  return {
    element: h("div", {}, h("p", { class: "a2-kc-hint" }, ORDER_WORDS.how_to_order), list),
    read: () => [...list.children].map((row) => row.dataset.key),
    write(response) {
      if ([...response].sort().join() !== [...item.shown].sort().join()) throw new Error("other elements");
      list.append(...response.map((key) => rows.get(key)));
    },
    clear() {},
    show() {},
    label: () => null,
    solution: () =>
      h(
        "ol",
        {},
        item.elements.map((element) => h("li", {}, richInline(element.text))),
      ),
  };
}

/** Lines of code: those at hand, and the reader's program. */
export function parsonsEditor({ item, labelledby, onedit, announce }) {
  const texts = new Map([...item.lines, ...item.distractors].map((line) => [line.id, line.text]));
  const atHand = h("ul", { class: "a2-kc-rows", "aria-label": ORDER_WORDS.at_hand });
  const program = h("ol", { class: "a2-kc-rows a2-kc-program", "aria-label": ORDER_WORDS.program });
  const none = h("p", { class: "a2-kc-hint" }, ORDER_WORDS.program_empty);
  const allUsed = h("p", { class: "a2-kc-hint" }, ORDER_WORDS.all_used);
  const indents = new Map();

  const code = (key) => h("code", { class: "a2-kc-rowtext", dir: "ltr" }, texts.get(key));
  const refresh = () => {
    none.hidden = program.children.length > 0;
    allUsed.hidden = atHand.children.length > 0;
  };

  function makeAvailable(key) {
    const add = h(
      "button",
      { type: "button", class: "a2-kc-line", onclick: () => addLine(key) },
      icon("add"),
      h("span", { class: "a2-hidden" }, ORDER_WORDS.add),
      code(key),
    );
    return h("li", { "data-key": key }, add);
  }

  function addLine(key) {
    const old = atHand.querySelector(`[data-key="${CSS.escape(key)}"]`);
    const next = old.nextElementSibling ?? old.previousElementSibling;
    old.remove();
    const last = program.lastElementChild;
    const row = makeLine(key, last ? indents.get(last.dataset.key) : 0);
    program.append(row);
    refresh();
    (next?.querySelector("button") ?? row).focus();
    announce(fill(ORDER_WORDS.added, { text: texts.get(key), ...placeOf(row) }));
    onedit();
  }

  function removeLine(row) {
    const key = row.dataset.key;
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    const order = item.shown.indexOf(key);
    const available = makeAvailable(key);
    atHand.insertBefore(
      available,
      [...atHand.children].find((other) => item.shown.indexOf(other.dataset.key) > order) ?? null,
    );
    refresh();
    (next ?? available.querySelector("button")).focus();
    announce(fill(ORDER_WORDS.removed, { text: texts.get(key) }));
    onedit();
  }

  function makeLine(key, indent) {
    const text = texts.get(key);
    const depth = h("span", { class: "a2-hidden" });
    const mark = h("span", { class: "a2-kc-slot" });
    const row = h("li", { class: "a2-kc-row", "data-key": key });
    const moved = () => {
      announce(fill(ORDER_WORDS.moved, { text, ...placeOf(row) }));
      onedit();
    };
    const move = (step) => (stepRow(row, step) ? moved() : announce(fill(ORDER_WORDS.at_end, placeOf(row))));
    const setIndent = (value) => {
      indents.set(key, clamp(value, 0, DEEPEST));
      row.style.setProperty("--a2-indent", indents.get(key));
      depth.textContent = item.indents ? fill(ORDER_WORDS.indent, { k: indents.get(key) }) : "";
    };
    const shift = (step) => {
      if (!item.indents) return;
      setIndent(indents.get(key) + step);
      announce(depth.textContent);
      onedit();
    };
    setIndent(indent);
    rowKeys(row, {
      ArrowUp: () => move(-1),
      ArrowDown: () => move(1),
      ArrowLeft: () => shift(-1),
      ArrowRight: () => shift(1),
      Delete: () => removeLine(row),
      Backspace: () => removeLine(row),
    });
    const tool = (name, words, action) => iconButton(name, fill(words, { text }), action);
    row.append(
      dragHandle(row, moved),
      code(key),
      depth,
      mark,
      h(
        "span",
        { class: "a2-kc-tools" },
        tool("up", ORDER_WORDS.move_up, () => move(-1)),
        tool("down", ORDER_WORDS.move_down, () => move(1)),
        item.indents ? tool("out", ORDER_WORDS.outdent, () => shift(-1)) : null,
        item.indents ? tool("in", ORDER_WORDS.indent_more, () => shift(1)) : null,
        tool("remove", ORDER_WORDS.remove, () => removeLine(row)),
      ),
    );
    return row;
  }

  atHand.append(...item.shown.map(makeAvailable));
  refresh();
  const column = (title, ...parts) => h("div", {}, h("p", { class: "a2-kc-fieldname" }, title), ...parts);
  return {
    element: h(
      "div",
      { role: "group", "aria-labelledby": labelledby },
      h("p", { class: "a2-kc-hint" }, item.indents ? ORDER_WORDS.how_to_build_indented : ORDER_WORDS.how_to_build),
      h(
        "div",
        { class: "a2-kc-columns" },
        column(ORDER_WORDS.at_hand, atHand, allUsed),
        column(ORDER_WORDS.program, program, none),
      ),
    ),
    read: () => [...program.children].map(({ dataset: { key } }) => ({ id: key, indent: indents.get(key) })),
    write(response) {
      program.replaceChildren(
        ...response.filter(({ id }) => texts.has(id)).map(({ id, indent }) => makeLine(id, Number(indent) || 0)),
      );
      const used = new Set(response.map(({ id }) => id));
      atHand.replaceChildren(...item.shown.filter((key) => !used.has(key)).map(makeAvailable));
      refresh();
    },
    clear() {
      for (const slot of program.querySelectorAll(".a2-kc-slot")) slot.replaceChildren();
    },
    show(notes) {
      for (const { target, kind } of notes) {
        const row = [...program.children].find(({ dataset }) => dataset.key === target);
        row?.querySelector(".a2-kc-slot").replaceChildren(markOf(kind, ORDER_WORDS.kind[kind]));
      }
    },
    label: (target) => texts.get(target) ?? null,
    solution: () =>
      h(
        "pre",
        { class: "a2-kc-code", tabindex: 0, role: "group", "aria-label": ORDER_WORDS.program_right },
        h("code", {}, item.lines.map((line) => "    ".repeat(line.indent) + line.text).join("\n")),
      ),
  };
}
