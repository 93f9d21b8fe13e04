/**
 * What a reader can set. Each kind names its place in a declaration (`{ slider: "Threshold", … }`) and knows its start,
 * what it accepts, how it says its value, and how it is made; native inputs do the work wherever there is one.
 */
import { h, mount } from "./element.mjs";
import { isDay, today, writtenDay } from "./stats/days.mjs";
import { clamp } from "./stats/numbers.mjs";
import { fill, show, short, WORDS } from "./words.mjs";

/** An element id that no other widget of the page has; counted on the window, where several copies of the kit may run. */
export function freshId(prefix) {
  globalThis.a2LastId = (globalThis.a2LastId ?? 0) + 1;
  return `a2-${prefix}-${globalThis.a2LastId}`;
}

/** The values a slider stops at; one more for a start between them, since an observed rate is rarely round. */
function stopsOf({ stops, value }) {
  return [...new Set([...stops, ...(typeof value === "number" ? [value] : [])])].sort((a, b) => a - b);
}

function nearest(stops, value) {
  return stops.reduce((best, stop, i) => (Math.abs(stop - value) < Math.abs(stops[best] - value) ? i : best), 0);
}

/** A labelled range input with its value beside it. */
function rangeInput({ label, from, to, step, value, say, set }) {
  const id = freshId("slider");
  const input = mount(h("input", { id, type: "range", min: from, max: to, step, oninput: () => set(Number(input.value)) }));
  const output = mount(h("output", { for: id, class: "a2-slider-value" }));
  const element = mount(h("div", { class: "a2-slider" }, h("label", { for: id }, label)));
  element.append(input, output);
  return {
    element,
    update(next) {
      if (Number(input.value) !== next) input.value = next;
      output.textContent = say(next);
      input.setAttribute("aria-valuetext", say(next));
    },
  };
}

const slider = {
  start: (spec) => spec.value ?? spec.from ?? spec.stops[0],
  accept(spec, value) {
    if (typeof value !== "number" || Number.isNaN(value)) return undefined;
    return spec.stops ? stopsOf(spec)[nearest(stopsOf(spec), value)] : clamp(value, spec.from, spec.to);
  },
  say: (spec, value) => show(spec.show, value),
  make(spec, set) {
    const stops = spec.stops && stopsOf(spec);
    const [from, to, step] = stops ? [0, stops.length - 1, 1] : [spec.from, spec.to, spec.step ?? 1];
    const valueOf = (place) => (stops ? stops[place] : place);
    const made = rangeInput({ label: spec.slider, from, to, step, say: (place) => show(spec.show, valueOf(place)), set: (place) => set(valueOf(place)) });
    return { element: made.element, update: (value) => made.update(stops ? nearest(stops, value) : value) };
  },
};

/** Options as `[value, text]`: given as `{key: text}`, or as a list of numbers. */
function optionsOf(options) {
  return Array.isArray(options) ? options.map((each) => [each, typeof each === "number" ? short(each) : each]) : Object.entries(options);
}

const choice = {
  start: (spec) => spec.value ?? optionsOf(spec.options)[0][0],
  accept: (spec, value) => optionsOf(spec.options).find(([key]) => String(key) === String(value))?.[0],
  say: (spec, value) => optionsOf(spec.options).find(([key]) => key === value)?.[1] ?? "",
  make(spec, set) {
    const name = freshId("choice");
    const options = optionsOf(spec.options).map(([value, text], i) =>
      h("span", {}, h("input", { type: "radio", id: `${name}-${i}`, name, value, onchange: () => set(value) }), h("label", { for: `${name}-${i}` }, text)));
    const element = mount(h("fieldset", { class: "a2-choice" }, h("legend", {}, spec.choice), options));
    return {
      element,
      update(value) {
        for (const input of element.querySelectorAll("input")) input.checked = input.value === String(value);
      },
    };
  },
};

/** The same from a list that folds: for many options, or long ones. */
const menu = {
  ...choice,
  make(spec, set) {
    const id = freshId("menu");
    const options = optionsOf(spec.options);
    const input = mount(h("select", { id, onchange: () => set(options[input.selectedIndex][0]) }, options.map(([value, text]) => h("option", { value }, text))));
    const element = mount(h("div", { class: "a2-field" }, h("label", { for: id }, spec.menu)));
    element.append(input);
    return { element, update: (value) => (input.value = value) };
  },
};

/** A day as "2026-10-01"; without a value it is the reader's own day, which paper does not know. */
const day = {
  start: (spec) => spec.value ?? "",
  begins: (value) => value || today(),
  accept: (_spec, value) => (value === "" || isDay(value) ? value : undefined),
  say: (_spec, value) => (value ? writtenDay(value) : WORDS.anyday),
  make(spec, set) {
    const id = freshId("day");
    const input = mount(h("input", { id, type: "date", onchange: () => isDay(input.value) && set(input.value) }));
    const element = mount(h("div", { class: "a2-field" }, h("label", { for: id }, spec.day)));
    element.append(input);
    return { element, update: (value) => (input.value = value) };
  },
};

/** What own views keep by their buttons; it has no input. */
const kept = {
  start: (spec) => spec.value,
  accept: (spec, value) => (value !== null && typeof value === typeof spec.value ? value : undefined),
  say: () => "",
  make: () => ({ element: mount(h("span")), update() {} }),
};

const switches = {
  start: (spec) => spec.value ?? false,
  accept: (_spec, value) => (value === true || value === "true" ? true : value === false || value === "false" ? false : undefined),
  say: (_spec, value) => (value ? WORDS.on : WORDS.off),
  make(spec, set) {
    const id = freshId("switch");
    const input = mount(h("input", { type: "checkbox", id, onchange: () => set(input.checked) }));
    const element = mount(h("p", { class: "a2-switch" }, h("label", { for: id }, spec.switch)));
    element.prepend(input);
    return { element, update: (value) => (input.checked = value) };
  },
};

const number = {
  start: (spec) => spec.value ?? spec.from,
  accept: (spec, value) => (Number.isFinite(value) ? clamp(value, spec.from, spec.to) : undefined),
  say: (spec, value) => show(spec.show, value),
  make(spec, set) {
    const id = freshId("number");
    const note = mount(h("span", { id: `${id}-note`, class: "a2-note", role: "status" }));
    const check = () => {
      const value = input.valueAsNumber;
      const fits = value >= spec.from && value <= spec.to;
      note.textContent = fits ? "" : fill(WORDS.limits, spec);
      input.setAttribute("aria-invalid", String(!fits));
      if (fits) set(value);
    };
    const limits = { min: spec.from, max: spec.to, step: spec.step ?? "any" };
    const input = mount(h("input", { id, type: "number", ...limits, "aria-describedby": `${id}-note`, oninput: check }));
    const element = mount(h("div", { class: "a2-number" }, h("label", { for: id }, spec.number)));
    element.append(input, note);
    return {
      element,
      update(value) {
        if (input.valueAsNumber === value || document.activeElement === input) return;
        input.value = value;
        note.textContent = "";
        input.setAttribute("aria-invalid", "false");
      },
    };
  },
};

const order = {
  start: (spec) => spec.value ?? Object.keys(spec.items),
  accept(spec, value) {
    const keys = Object.keys(spec.items);
    return Array.isArray(value) && value.length === keys.length && keys.every((key) => value.includes(key)) ? value : undefined;
  },
  say: (spec, value) => value.map((key) => spec.items[key]).join(", "),
  make(spec, set, announce) {
    const id = freshId("order");
    const element = mount(h("div", { class: "a2-order", role: "group", "aria-labelledby": id }, h("p", { id }, spec.order), h("ol", {})));
    const list = element.querySelector("ol");
    let now = [];
    const move = (key, by) => {
      const from = now.indexOf(key);
      const to = clamp(from + by, 0, now.length - 1);
      const next = now.filter((each) => each !== key);
      next.splice(to, 0, key);
      set(next);
      announce(fill(WORDS.moved, { text: spec.items[key], place: to + 1, all: now.length }));
      list.querySelector(`[data-key="${key}"] [data-by="${by}"]`).focus();
    };
    const row = (key) => {
      const button = (by, label, sign) => h("button", { type: "button", class: "a2-button", "data-by": by, "aria-label": fill(label, { text: spec.items[key] }), onclick: () => move(key, by) }, sign);
      const keys = (event) => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (!by) return;
        event.preventDefault();
        move(key, by);
      };
      return mount(h("li", { "data-key": key, onkeydown: keys }, h("span", {}, spec.items[key]), button(-1, WORDS.up, "↑"), button(1, WORDS.down, "↓")));
    };
    return {
      element,
      update(value) {
        now = value;
        const rows = new Map([...list.children].map((each) => [each.dataset.key, each]));
        list.replaceChildren(...value.map((key) => rows.get(key) ?? row(key)));
      },
    };
  },
};

const sort = {
  start: (spec) => spec.value ?? {},
  accept(spec, value) {
    const isPair = ([item, box]) => item in spec.items && box in spec.boxes;
    return value && typeof value === "object" && !Array.isArray(value) && Object.entries(value).every(isPair) ? value : undefined;
  },
  say: (spec, value) => Object.entries(spec.items).map(([item, text]) => `${text}: ${spec.boxes[value[item]] ?? WORDS.nobox}`).join("; "),
  make(spec, set) {
    const id = freshId("sort");
    let now = {};
    const choose = (item, box) => {
      const { [item]: _old, ...rest } = now;
      set(box ? { ...rest, [item]: box } : rest);
    };
    const row = ([item, text]) => {
      const options = [["", WORDS.nobox], ...Object.entries(spec.boxes)].map(([box, name]) => h("option", { value: box }, name));
      return h("li", {}, h("label", { for: `${id}-${item}` }, text),
        h("select", { id: `${id}-${item}`, "data-item": item, onchange: (event) => choose(item, event.target.value) }, options));
    };
    const boxes = Object.entries(spec.boxes).map(([box, name]) => h("div", { class: "a2-box", "data-box": box }, h("strong", {}, name), h("ul", {})));
    const element = mount(h("div", { class: "a2-sort", role: "group", "aria-labelledby": id }, h("p", { id }, spec.sort),
      h("ul", { class: "a2-items" }, Object.entries(spec.items).map(row)), h("div", { class: "a2-boxes", "aria-hidden": "true" }, boxes)));
    return {
      element,
      update(value) {
        now = value;
        for (const select of element.querySelectorAll("select")) select.value = value[select.dataset.item] ?? "";
        for (const box of element.querySelectorAll("[data-box]")) {
          const inside = Object.keys(spec.items).filter((item) => value[item] === box.dataset.box);
          const lines = inside.length ? inside.map((item) => h("li", {}, spec.items[item])) : [h("li", { class: "a2-note" }, WORDS.empty)];
          box.querySelector("ul").replaceChildren(...lines.map((each) => mount(each)));
        }
      },
    };
  },
};

/** A point in a plane: two sliders for the keyboard; a view that names the control in `move` takes the pointer. */
const plane = {
  start: (spec) => spec.value ?? [spec.x.from, spec.y.from],
  accept(spec, value) {
    if (!Array.isArray(value) || value.length !== 2 || !value.every(Number.isFinite)) return undefined;
    const to = (axis, v) => clamp(Number((Math.round(v / (axis.step ?? 1)) * (axis.step ?? 1)).toFixed(10)), axis.from, axis.to);
    return [to(spec.x, value[0]), to(spec.y, value[1])];
  },
  say: (spec, [x, y]) => `${spec.x.label} ${show(spec.x.show, x)}, ${spec.y.label} ${show(spec.y.show, y)}`,
  make(spec, set) {
    let now = [];
    const one = (axis, place) => rangeInput({ ...axis, step: axis.step ?? 1, say: (v) => show(axis.show, v), set: (v) => set(now.with(place, v)) });
    const made = [one(spec.x, 0), one(spec.y, 1)];
    const element = mount(h("fieldset", { class: "a2-plane" }, h("legend", {}, spec.plane)));
    element.append(...made.map((each) => each.element));
    return {
      element,
      update(value) {
        now = value;
        made.forEach((each, i) => each.update(value[i]));
      },
    };
  },
};

const KINDS = { slider, choice, menu, day, switch: switches, number, order, sort, plane, kept, own: null };

/** The kind of a control: `{ slider: "…" }` is a slider; `own` holds a kind that an explorable brings. */
export function controlKind(spec) {
  const kind = Object.keys(KINDS).find((name) => name in spec);
  if (!kind) throw new Error(`A control needs one of ${Object.keys(KINDS).join(", ")}; found ${Object.keys(spec).join(", ")}.`);
  return kind;
}

export const controlOf = (spec) => spec.own ?? KINDS[controlKind(spec)];
export const labelOf = (spec) => (spec.own ? spec.label : spec[controlKind(spec)]);
