/** Icon array: what a positive test means, as people, tree and sentence; and how the same data can deceive. */
import { h, s, format, fill, slider, choice, liveText, freshId } from "./ui.mjs";
import { figure, listen, explorable } from "./plot.mjs";
import { iconKey, peopleFigure, sampleIcon } from "./icons.mjs";
import { STRINGS } from "./strings_en.mjs";

const TEXT = STRINGS.icon_array;
const TRAITS = ["prevalence", "sensitivity", "false_positive_rate", "total", "frame", "sentence", "deceive"];
const KINDS = {
  hit: { shape: "disc", colour: "pink" },
  missed: { shape: "ring", colour: "pink" },
  alarm: { shape: "square", colour: "orange" },
  quiet: { shape: "dot", colour: "grey" },
};

/** Whole people in every branch; the same arithmetic as `IconArray.counts`. */
function countPeople(get) {
  const total = get("total");
  const ill = Math.round((total * get("prevalence")) / 100);
  const well = total - ill;
  const hit = Math.round((ill * get("sensitivity")) / 100);
  const alarm = Math.round((well * get("false_positive_rate")) / 100);
  return { total, ill, well, hit, missed: ill - hit, alarm, quiet: well - alarm, positive: hit + alarm };
}

/** Numbers as the reader sees them, ready for catalogue strings. */
function shown(n, get) {
  const values = Object.fromEntries(Object.entries(n).map(([name, value]) => [name, format(value)]));
  return { ...values, what: get("what"), group: get("group") };
}

function tree(words) {
  const node = (name, text, ...below) => {
    const icon = KINDS[name] ? sampleIcon(KINDS[name], 16) : null;
    return h("li", { class: ["hit", "alarm"].includes(name) ? "a2-tree-positive" : null },
      h("span", { class: "a2-tree-box" }, icon, h("strong", {}, words[name]), " ", fill(text, words)),
      below.length ? h("ul", {}, ...below) : null);
  };
  return h("ul", { class: "a2-tree", "aria-label": TEXT.tree }, node("total", "{group}",
    node("ill", TEXT.with, node("hit", TEXT.positive), node("missed", TEXT.negative)),
    node("well", TEXT.without, node("alarm", TEXT.positive), node("quiet", TEXT.negative))));
}

/** The rules of honest numbers: which hold for the sentence and graphic now shown. */
function rulesNow(n, get) {
  const [frame, sentence, deceive] = [get("frame"), get("sentence"), get("deceive")];
  return [
    ["people", sentence === "people"],
    ["whom", sentence === "people"],
    ["frames", frame === "both"],
    ["absolute", !deceive],
    ["denominator", !deceive],
    ["scale", !deceive],
    ["enough", n.ill > 0],
  ];
}

function flagList(rules) {
  return h("ul", { class: "a2-flags" }, ...rules.map(([id, kept]) =>
    h("li", { class: kept ? "a2-kept" : "a2-broken" },
      h("span", { class: "a2-flag-mark", "aria-hidden": "true" }, kept ? "✓" : "✗"),
      h("span", {}, h("strong", {}, kept ? TEXT.kept : TEXT.broken), ` ${TEXT.rules[id][0]}`, kept ? null : ` ${TEXT.rules[id][1]}`))));
}

function sentenceNow(n, get) {
  const words = { ...shown(n, get), sensitivity: format(get("sensitivity")), alarms: format(get("false_positive_rate"), get("false_positive_rate") % 1 ? 1 : 0) };
  if (!n.positive) return fill(TEXT.nobody, words);
  const text = fill(TEXT.sentences[get("sentence")][get("frame")], words);
  return n.ill || get("sentence") === "percent" ? text : `${text} ${fill(TEXT.tooSmall, words)}`;
}

/** Two bars: with `scale` on the whole group and counted, without it as an advertisement would draw them. */
function bars(width, [before, after], { scale, names, values }) {
  const end = scale ? 1000 : Math.max(after, before);
  const full = width - 8;
  const children = [];
  [before, after].forEach((value, i) => {
    const y = i * 62;
    children.push(s("text", { x: 0, y: y + 15 }, names[i]));
    if (scale) children.push(s("rect", { x: 0.5, y: y + 22.5, width: full - 1, height: 25, fill: "none", stroke: "var(--a2-line)" }));
    const long = Math.max(value > 0 ? 1.5 : 0, (value / end) * full);
    children.push(s("rect", { x: 0, y: y + 22, width: long.toFixed(1), height: 26, fill: `var(--a2-${scale ? "blue" : "bad"})` }));
    if (!scale) return;
    const inside = long > 120;
    children.push(s("text", { x: inside ? long - 6 : long + 6, y: y + 40, "font-weight": 700, "text-anchor": inside ? "end" : "start", style: inside ? "fill: var(--a2-surface)" : null }, values[i]));
  });
  if (scale) {
    for (const mark of [0, 500, 1000]) {
      children.push(s("text", { x: (mark / 1000) * full, y: 138, "text-anchor": mark === 0 ? "start" : mark === 500 ? "middle" : "end" }, format(mark)));
    }
  }
  return { height: scale ? 144 : 116, children };
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const store = (name) => (value) => {
    model.set(name, value);
    model.save_changes();
  };
  const one = (value) => format(value, value % 1 ? 1 : 0);
  const sliders = {
    prevalence: slider({ label: fill(TEXT.prevalence, { what: get("what"), group: get("group") }), min: 0.1, max: 50, step: 0.1, value: get("prevalence"), show: (v) => fill(TEXT.of100, { n: one(v) }), onchange: store("prevalence") }),
    sensitivity: slider({ label: TEXT.sensitivity, min: 0, max: 100, step: 1, value: get("sensitivity"), show: (v) => fill(TEXT.of100, { n: one(v) }), onchange: store("sensitivity") }),
    false_positive_rate: slider({ label: TEXT.falsePositiveRate, min: 0, max: 100, step: 0.1, value: get("false_positive_rate"), show: (v) => fill(TEXT.of100, { n: one(v) }), onchange: store("false_positive_rate") }),
  };
  const pick = (name, options) => choice({ label: TEXT[`${name}Label`], options, value: String(get(name)), onchange: (key) => store(name)(name === "total" ? Number(key) : key) });
  const switches = [
    pick("total", ["100", "200", "500", "1000"].map((n) => [n, format(Number(n))])),
    pick("frame", Object.entries(TEXT.frames)),
    pick("sentence", Object.entries(TEXT.forms)),
  ];
  const id = freshId("deceive");
  const box = h("input", { type: "checkbox", id, onchange: () => store("deceive")(box.checked) });

  const people = figure((width) => {
    const n = countPeople(get);
    const groups = ["hit", "missed", "alarm", "quiet"].map((name) => ({ kind: KINDS[name], count: n[name] }));
    return { ...peopleFigure({ width, sections: [{ groups }] }), label: fill(TEXT.alt, shown(n, get)) };
  });
  const pair = (n) => [(1000 * n.ill) / n.total, n.positive ? (1000 * n.hit) / n.positive : 0];
  const barFigure = (scale) => figure((width) => {
    const n = countPeople(get);
    const [before, after] = pair(n);
    const values = [before, after].map((value) => fill(TEXT.of1000, { n: format(value), group: get("group") }));
    const label = fill(scale ? TEXT.honestAlt : TEXT.adAlt, { before: values[0], after: values[1], ...shown(n, get) });
    return { ...bars(width, [before, after], { scale, names: TEXT.barNames, values }), label };
  });
  const [ad, honest] = [barFigure(false), barFigure(true)];
  const slogan = h("p", { class: "a2-slogan" });
  const trick = h("div", { class: "a2-figure a2-trick" },
    h("div", { class: "a2-part a2-ad" }, h("p", { class: "a2-part-title" }, h("strong", {}, TEXT.adTitle)), slogan, ad.element),
    h("div", { class: "a2-part" }, h("p", { class: "a2-part-title" }, h("strong", {}, TEXT.honestTitle)), honest.element));

  const [key, treeRoom, flags, sum] = [h("div"), h("div"), h("div"), h("p", { class: "a2-sum" })];
  const live = liveText();
  const draw = () => {
    const n = countPeople(get);
    const words = shown(n, get);
    for (const [name, each] of Object.entries(sliders)) if (Number(each.input.value) !== get(name)) each.set(get(name));
    box.checked = get("deceive");
    key.replaceChildren(iconKey(["hit", "missed", "alarm", "quiet"].map((name) => ({ kind: KINDS[name], text: fill(TEXT.key[name], words) }))));
    treeRoom.replaceChildren(tree(words));
    sum.textContent = fill(TEXT.sum, words);
    flags.replaceChildren(flagList(rulesNow(n, get)));
    const [before, after] = pair(n);
    slogan.textContent = before && after > before ? fill(TEXT.slogan, { times: format(after / before, after / before < 3 ? 1 : 0), ...words }) : TEXT.noSlogan;
    trick.hidden = !get("deceive");
    for (const each of [people, ad, honest]) each.redraw();
    live.say(sentenceNow(n, get));
  };
  draw();
  const stop = listen(model, TRAITS, draw);
  el.append(h("div", { class: "a2-icon-array" }, explorable(fill(TEXT.title, { what: get("what"), group: get("group") }),
    h("div", { class: "a2-controls a2-columns" }, ...Object.values(sliders).map((each) => each.element), ...switches),
    live.element,
    h("div", { class: "a2-figure" },
      h("div", { class: "a2-part" }, key, people.element),
      h("div", { class: "a2-part" }, h("p", { class: "a2-part-title" }, h("strong", {}, TEXT.tree)), treeRoom, sum,
        h("p", { class: "a2-part-title" }, h("strong", {}, TEXT.rulesTitle)), flags)),
    h("p", { class: "a2-switch" }, box, h("label", { for: id }, TEXT.deceive)),
    trick)));
  return () => {
    stop();
    for (const each of [people, ad, honest]) each.stop();
  };
}

export default { render };
