/** Readability meter: the reader rewrites a leaflet; grade, counts and what is missing follow each key. */
import { h, format, fill, liveText, freshId, clamp } from "../shared/ui.mjs";
import { explorable } from "../shared/plot.mjs";
import { measureText, sentencesOf, syllablesOf, wordsOf } from "./readability.mjs";
import { checkLeaflet } from "./leaflet.mjs";
import { onErased, privacyNote } from "../shared/privacy.mjs";
import { WORDS } from "./words.mjs";

const TEXT = WORDS;
const LONGEST = 20000;
const SCALE = 20;

/** What a reader wrote, kept in this browser only. Storage can be full, closed or someone else's: then nothing is kept. */
function leafletStore(key) {
  const name = `ai2med:meter:1:${key}`;
  const guarded = (action) => {
    try {
      return action();
    } catch {
      return null;
    }
  };
  return {
    name,
    read() {
      const text = guarded(() => JSON.parse(localStorage.getItem(name))?.text);
      return typeof text === "string" ? text.slice(0, LONGEST) : null;
    },
    write: (text) => guarded(() => localStorage.setItem(name, JSON.stringify({ text }))),
    clear: () => guarded(() => localStorage.removeItem(name)),
  };
}

function gauge(grade, target) {
  const share = (value) => `${(100 * clamp(value, 0, SCALE)) / SCALE}%`;
  const good = grade <= target;
  const words = { grade: format(grade, 1), target: format(target) };
  const fits = h("div", { class: `a2-gauge-fill ${good ? "a2-good" : "a2-bad"}`, style: `width: ${share(grade)}` });
  const mark = h("div", { class: "a2-gauge-mark", style: `left: ${share(target)}` });
  return h("div", {},
    h("p", { class: "a2-grade" }, h("strong", {}, fill(TEXT.grade, words)), h("span", { class: good ? "a2-kept" : "a2-broken" }, h("strong", {}, fill(good ? TEXT.reached : TEXT.above, words)))),
    h("div", { class: "a2-gauge", role: "img", "aria-label": fill(TEXT.gaugeAlt, words) }, fits, mark),
    h("div", { class: "a2-gauge-scale", "aria-hidden": "true" }, h("span", {}, "0"), h("span", { style: `left: ${share(target)}` }, fill(TEXT.targetMark, words)), h("span", {}, fill(TEXT.scaleEnd, { n: SCALE }))));
}

function factList(text, m) {
  const pairs = [
    [TEXT.facts.words, format(m.words)],
    [TEXT.facts.sentences, format(m.sentences)],
    [TEXT.facts.perSentence, m.sentences ? format(m.words / m.sentences, 1) : "–"],
    [TEXT.facts.syllables, format(m.syllables)],
    [TEXT.facts.perWord, m.words ? format(m.syllables / m.words, 2) : "–"],
    [TEXT.facts.ease, m.ease === null ? "–" : format(m.ease)],
  ];
  return h("dl", { class: "a2-facts" }, ...pairs.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

/** Where to begin: the longest sentence and the words of four syllables and more. */
function places(text) {
  const counted = sentencesOf(text).map((sentence) => [wordsOf(sentence).length, sentence]);
  const [length, sentence] = counted.sort((a, b) => b[0] - a[0])[0] ?? [0, ""];
  const hard = [...new Set(wordsOf(text).filter((word) => syllablesOf(word) >= 4).map((word) => word.toLowerCase()))];
  return h("ul", { class: "a2-places" },
    length > 15 ? h("li", {}, h("strong", {}, fill(TEXT.longest, { n: length })), ` “${sentence.length > 160 ? `${sentence.slice(0, 157)}…` : sentence}”`) : null,
    hard.length ? h("li", {}, h("strong", {}, TEXT.hard), ` ${hard.slice(0, 8).join(", ")}${hard.length > 8 ? fill(TEXT.more, { n: hard.length - 8 }) : ""}`) : null);
}

function findingList(findings) {
  return h("ul", { class: "a2-flags" }, ...findings.map(({ id, ok, looks_for, message }) =>
    h("li", { class: ok ? "a2-kept" : "a2-broken", "data-check": id, "data-ok": String(ok) },
      h("span", { class: "a2-flag-mark", "aria-hidden": "true" }, ok ? "✓" : "✗"),
      h("span", {}, h("strong", {}, `${ok ? TEXT.met : TEXT.missing} ${looks_for}.`), ok ? null : ` ${message}`))));
}

function render({ model, el }) {
  const start = model.get("text");
  const kept = leafletStore(model.get("key"));
  const id = freshId("leaflet");
  const note = privacyNote();
  note.id = freshId("leaflet-note");
  const box = h("textarea", { id, rows: 8, maxlength: LONGEST, "aria-describedby": note.id, spellcheck: "true" });
  box.value = kept.read() ?? start;
  const [meter, counts, where, list] = [h("div"), h("div"), h("div"), h("div")];
  const checksTitle = h("strong");
  const live = liveText();
  const draw = () => {
    const text = box.value;
    const m = measureText(text);
    const findings = checkLeaflet(text, model.get("checks"), model.get("rules"));
    const met = findings.filter(({ ok }) => ok).length;
    meter.replaceChildren(m.grade === null ? h("p", {}, TEXT.empty) : gauge(m.grade, model.get("target_grade")));
    counts.replaceChildren(factList(text, m));
    where.replaceChildren(places(text));
    checksTitle.textContent = fill(TEXT.checksTitle, { met, all: findings.length });
    list.replaceChildren(findingList(findings));
    const next = findings.find(({ ok }) => !ok);
    const values = { grade: m.grade === null ? "" : format(m.grade, 1), target: format(model.get("target_grade")), met, all: findings.length, next: next?.looks_for.toLowerCase() };
    live.say(m.grade === null ? TEXT.empty : `${fill(m.grade <= model.get("target_grade") ? TEXT.liveReached : TEXT.liveAbove, values)} ${fill(next ? TEXT.liveNext : TEXT.liveDone, values)}`);
  };
  let undone = null;
  const change = (text, before) => {
    undone = before;
    if (text === start) kept.clear();
    else kept.write(text);
    reset.textContent = undone === null ? TEXT.reset : TEXT.back;
    draw();
  };
  box.addEventListener("input", () => change(box.value, null));
  // Starting again must not cost anyone their text: the same button brings it back.
  const reset = h("button", { type: "button", class: "a2-button", onclick: () => {
    const [text, before] = undone === null ? [start, box.value] : [undone, null];
    box.value = text;
    change(text, before === start ? null : before);
    box.focus();
  } }, TEXT.reset);
  draw();
  el.append(h("div", { class: "a2-readability-meter" }, explorable(TEXT.title,
    h("label", { for: id, class: "a2-part-title" }, h("strong", {}, model.get("label"))),
    box,
    note,
    h("div", { class: "a2-buttons" }, reset),
    live.element, meter, counts, where,
    h("p", { class: "a2-part-title" }, checksTitle), list,
    h("p", { class: "a2-note" }, TEXT.caution))));
  const deaf = onErased((key) => key === kept.name, () => {
    box.value = start;
    change(start, null);
  });
  return () => {
    deaf();
    live.element.remove();
  };
}

export default { render };
