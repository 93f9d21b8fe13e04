/**
 * An explorable: what its declaration says, for a state of its controls.
 *
 * @typedef {Object} Declaration
 * @property {string} title
 * @property {Object<string, Object>} [data] what Python or a page hands in: `{kind, value, …}` by name
 * @property {Object<string, Object>} controls by name, in the order of the page
 * @property {Object<string, Object|Function>} [presets] changes of the state by the text of their button; a function
 *   of the numbers may return null where the preset makes no sense
 * @property {(data: Object) => Object} [prepare] what is computed once from the data
 * @property {(numbers: Object) => Object} model from data and controls to numbers, series and marks; pure
 * @property {Object<string, string>} [words] sentences, for `live` and for translations
 * @property {(string|Function)[]|Function} live the sentences that are spoken: texts, or names of `words`
 * @property {Object<string, Object>} views by name
 */
import { h, toHtml, toText } from "./element.mjs";
import { controlOf, labelOf } from "./controls.mjs";
import { resolve, WORDS } from "./words.mjs";
import { aboveOf, figureOf, htmlOf, isFigure, isWide, numbersOf, titleOf } from "./views.mjs";

/** Narrow, so that a phone need not shrink what is drawn before scripts run. */
const STATIC_WIDTH = 340;

/** A declaration made ready for its data. */
export function ready(declaration, given = {}, state = {}) {
  const own = Object.entries(declaration.data ?? {}).map(([name, { value }]) => [name, value]);
  const data = { ...Object.fromEntries(own), ...given };
  Object.assign(data, declaration.prepare?.(data));
  const controls = Object.fromEntries(
    Object.entries(declaration.controls ?? {})
      .filter(([name, spec]) => !spec.optional || name in state)
      .map(([name, spec]) => [name, resolve(name in state ? { ...spec, value: state[name] } : spec, { ...data, ...state })]),
  );
  const start = {};
  for (const [name, spec] of Object.entries(controls)) {
    const kind = controlOf(spec);
    start[name] = kind.accept(spec, kind.start(spec)) ?? kind.start({ ...spec, value: undefined });
  }
  const words = declaration.words ?? {};
  /** The whole state after some changes; what a control does not accept is left out. */
  const accepted = (from, changes) => {
    const next = { ...from };
    for (const [name, value] of Object.entries(changes)) {
      const spec = controls[name];
      const fits = spec && controlOf(spec).accept(spec, value);
      if (fits !== undefined) next[name] = fits;
    }
    return next;
  };

  let [lastState, lastNumbers] = [null, null];
  // Controls, presets, views and text ask for the same state; the model runs once for it.
  const numbersFor = (now) => {
    if (now !== lastState) {
      const known = { ...data, words, ...now };
      [lastState, lastNumbers] = [now, { ...known, ...declaration.model(known) }];
    }
    return lastNumbers;
  };
  const changesOf = (preset, now) => (typeof preset === "function" ? preset(numbersFor(now)) : preset);
  return {
    title: resolve(declaration.title, data),
    data, controls, start, accepted, numbersFor,
    presets: Object.entries(declaration.presets ?? {}).map(([text, preset]) => ({
      text: resolve(text, data),
      isOffered: (now) => Boolean(changesOf(preset, now)),
      from: (now) => accepted(now, changesOf(preset, now) ?? {}),
    })),
    live(numbers) {
      const chosen = [typeof declaration.live === "function" ? declaration.live(numbers) : declaration.live].flat();
      const texts = chosen.map((each) => (typeof each === "function" ? each(numbers) : each)).filter(Boolean);
      return texts.map((each) => resolve(words[each] ?? each, numbers)).join(" ");
    },
    views(numbers) {
      const shown = Object.entries(declaration.views).filter(([, spec]) => !spec.when || spec.when(numbers));
      return new Map(shown.map(([name, spec]) => [name, resolve(spec, numbers)]));
    },
    /** What may leave the page: in its address, or to a kernel. */
    shared: (state) => Object.fromEntries(Object.entries(state).filter(([name]) => !controlOf(controls[name]).isPrivate)),
    isShown: (name, numbers) => typeof controls[name].when !== "function" || Boolean(controls[name].when(numbers)),
  };
}

/** The frame of a view, the same on paper and alive; the table of a figure's numbers waits for a living page. */
export function viewFrame(spec, body, isAlive = true) {
  const numbers = isAlive ? numbersOf(spec) : null;
  return h("div", { class: `a2-part${isWide(spec) ? " a2-wide" : ""}`, style: spec.side ? `grid-row: span ${spec.side}` : null }, titleOf(spec), aboveOf(spec), body,
    numbers && h("details", { class: "a2-numbers" }, h("summary", {}, WORDS.numbers), numbers));
}

function firstFrame(made, key) {
  const numbers = made.numbersFor(made.start);
  const settings = Object.entries(made.controls).filter(([name, spec]) => made.isShown(name, numbers) && labelOf(spec) && controlOf(spec).say(spec, made.start[name]));
  const views = [...made.views(numbers)].map(([name, spec]) =>
    viewFrame(spec, isFigure(spec) ? h("div", { class: "a2-plot" }, figureOf(spec, STATIC_WIDTH, `${key}-${name}`, numbers).svg) : htmlOf(spec, numbers), false));
  return h("div", { class: "a2-root", role: "group", "aria-label": made.title },
    h("p", { class: "a2-title" }, made.title),
    settings.length ? h("dl", { class: "a2-settings", "aria-label": WORDS.settings },
      settings.map(([name, spec]) => h("div", {}, h("dt", {}, labelOf(spec)), h("dd", {}, controlOf(spec).say(spec, made.start[name]))))) : null,
    h("p", { class: "a2-live" }, made.live(numbers)),
    h("div", { class: "a2-views" }, views));
}

/**
 * The first state of an explorable without a browser: for readers without scripts, paper, slides and e-books.
 * @param {Declaration} declaration
 * @param {Object} [data] what the page hands in
 * @param {Object} [state] where the controls begin
 * @param {string} [key] begins the ids of the drawing's parts: unique in a page
 * @returns {{html: string, text: string, live: string}}
 * @throws {Error} if words were left without their number, or a number is none
 */
export function firstState(declaration, data, state, key = "a2-first") {
  const made = ready(declaration, { ...data, isPaper: true }, state);
  const frame = firstFrame(made, key);
  const [html, text] = [toHtml(frame), toText(frame).replace(/\s*\n\s*/g, "\n").trim()];
  const stray = /\{\w+(\|[+\w]+)?\}|\bundefined\b|\bNaN\b|\[object/.exec(`${text} ${html}`);
  if (stray) throw new Error(`"${stray[0]}" stands in what the reader sees: no number or word of that name exists.`);
  return { html, text, live: made.live(made.numbersFor(made.start)) };
}

/**
 * For tests: what the model gives, and what is said, for data and a state.
 * @returns {Object} all numbers, with `live` (the sentences) and `views` (as drawn)
 */
export function at(declaration, { data = {}, ...state } = {}) {
  const made = ready(declaration, data, state);
  const numbers = made.numbersFor(made.start);
  return { ...numbers, live: made.live(numbers).replaceAll("\u00a0", " "), views: made.views(numbers) };
}
