/** Form controls for lines that end in `# @param …`, as Colab writes them: a change is written into the code. */
import { fill, freshId, h } from "./dom.mjs";
import { STRINGS } from "./strings_en.mjs";

const LINE = /^(?<head>(?<name>[A-Za-z_]\w*)\s*=\s*)(?<value>.+?)(?<tail>\s*#\s*@param\b\s*(?<spec>.*))$/;

/** Texts of more characters get room for several lines. */
const LONG = 60;

/**
 * The settings in a text of code.
 * @returns {{line: number, name: string, value: *, kind: string, min?: number, max?: number, step?: number, choices?: Array}[]}
 */
export function settings(code) {
  return code.split("\n").flatMap((text, line) => {
    const found = LINE.exec(text);
    if (!found) return [];
    const { name, value, spec } = found.groups;
    const read = readSpec(spec);
    const literal = readLiteral(value);
    return read && literal !== undefined ? [{ line, name, value: literal, ...read }] : [];
  });
}

/** The code with one setting changed; unchanged if its line is no setting any more. */
export function withValue(code, name, value) {
  const lines = code.split("\n").map((text) => {
    const found = LINE.exec(text);
    return found?.groups.name === name ? found.groups.head + writeLiteral(value) + found.groups.tail : text;
  });
  return lines.join("\n");
}

function readSpec(spec) {
  const list = /^\[(.*?)\]/.exec(spec);
  const options = /\{(.*)\}/.exec(spec);
  const values = options ? readOptions(options[1]) : {};
  if (list) {
    const choices = parse(`[${list[1].replaceAll("'", '"').replaceAll("True", "true").replaceAll("False", "false")}]`);
    return Array.isArray(choices) && choices.length ? { kind: "choice", choices } : null;
  }
  switch (values.type) {
    case "slider":
      return { kind: "slider", min: values.min ?? 0, max: values.max ?? 100, step: values.step ?? 1 };
    case "integer":
      return { kind: "number", step: 1 };
    case "number":
      return { kind: "number", step: "any" };
    case "boolean":
      return { kind: "boolean" };
    case "string":
    case "raw":
      return { kind: "string" };
    default:
      return spec.trim() ? null : { kind: "string" };
  }
}

/** Colab leaves the quotes of keys out: `{type:"slider", min:0}`. */
function readOptions(text) {
  const found = {};
  for (const [, key, value] of text.matchAll(/["']?([\w-]+)["']?\s*:\s*("[^"]*"|'[^']*'|[^,}]+)/g))
    found[key] = parse(value.trim().replaceAll("'", '"'));
  return found;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readLiteral(text) {
  const trimmed = text.trim();
  if (trimmed === "True" || trimmed === "False") return trimmed === "True";
  if (/^-?[\d_]*\.?\d+(e-?\d+)?$/i.test(trimmed)) return Number(trimmed.replaceAll("_", ""));
  const quoted = /^(["'])(.*)\1$/.exec(trimmed);
  return quoted ? quoted[2].replace(/\\(["'\\])/g, "$1") : undefined;
}

function writeLiteral(value) {
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

/**
 * The form of a cell, or null where it has no settings.
 * @param {Object[]} found as `settings` gives them
 * @param {number} number of the cell
 * @param {(name: string, value: *) => void} onchange
 * @returns {{element: HTMLElement, update: (found: Object[]) => void} | null}
 */
export function makeForm(found, number, onchange) {
  if (!found.length) return null;
  const rows = found.map((setting) => row(setting, (value) => onchange(setting.name, value)));
  const element = h(
    "fieldset",
    { class: "live-form" },
    h("legend", {}, fill(STRINGS.form.legend, { n: number })),
    ...rows.map((one) => one.element),
    h("p", { class: "live-note" }, STRINGS.form.apply),
  );
  return { element, update: (changed) => changed.forEach(({ value }, k) => rows[k].set(value)) };
}

function row(setting, onchange) {
  const id = freshId("setting");
  const label = h("label", { for: id }, setting.name.replaceAll("_", " "));
  const shown = setting.kind === "slider" ? h("output", { for: id }) : null;
  const { input, set } = control(setting, id, onchange);
  input.dataset.setting = setting.name;
  const update = (value) => {
    set(value);
    if (shown) shown.textContent = String(value);
  };
  update(setting.value);
  return { element: h("div", { class: `live-setting live-${setting.kind}` }, label, input, shown), set: update };
}

function control({ kind, value, min, max, step, choices }, id, onchange) {
  if (kind === "choice") {
    const input = h("select", { id, onchange: () => onchange(choices[input.selectedIndex]) });
    for (const choice of choices) input.append(h("option", {}, String(choice)));
    return { input, set: (value) => (input.selectedIndex = Math.max(0, choices.indexOf(value))) };
  }
  if (kind === "boolean") {
    const input = h("input", { id, type: "checkbox", onchange: () => onchange(input.checked) });
    return { input, set: (value) => (input.checked = value === true) };
  }
  const isNumber = kind === "slider" || kind === "number";
  // A text area can hold line breaks; a line of code cannot.
  const read = () => (isNumber ? Number(input.value) : input.value.replaceAll("\n", " "));
  const long = kind === "string" && value.length > LONG;
  const input = h(long ? "textarea" : "input", {
    id,
    ...(long ? { rows: 5 } : { type: { slider: "range", number: "number", string: "text" }[kind] }),
    min,
    max,
    step,
    autocomplete: "off",
    oninput() {
      if (!isNumber || (input.value !== "" && Number.isFinite(read()))) onchange(read());
    },
  });
  // What a reader is typing, such as "1.", stays as it is while it means the same.
  const set = (value) => read() === value && input.value !== "" ? undefined : (input.value = value);
  return { input, set };
}
