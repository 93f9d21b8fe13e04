/** People grid: found, missed, false flag, rightly quiet, from both sides; and what a small test can tell. */
import { h, s, format, fill, slider, choice, liveText } from "./ui.mjs";
import { figure, listen, explorable } from "./plot.mjs";
import { iconKey, peopleFigure } from "./icons.mjs";
import { exactRange, repeatedTests } from "./draws.mjs";
import { STRINGS } from "./strings_en.mjs";

const TEXT = STRINGS.people_grid;
const TRAITS = ["need", "found_rate", "false_flag_rate", "not_readable", "start", "mode", "tested", "seed"];
const KINDS = {
  found: { shape: "person", colour: "blue" },
  missed: { shape: "hollow", colour: "pink" },
  false_flag: { shape: "flag", colour: "orange" },
  quiet: { shape: "small", colour: "grey" },
  not_readable: { shape: "cross", colour: "text" },
};
const BOXES = Object.keys(KINDS);

/** Four boxes and their sums; the same arithmetic as `PeopleGrid.counts`. */
function countBoxes(get) {
  const [total, need, not_readable] = [get("total"), get("need"), get("not_readable")];
  const not_readable_need = Math.round((not_readable * need) / total);
  const needRead = need - not_readable_need;
  const fineRead = total - need - (not_readable - not_readable_need);
  const found = Math.round((needRead * get("found_rate")) / 100);
  const false_flag = Math.round((fineRead * get("false_flag_rate")) / 100);
  const [missed, quiet] = [needRead - found, fineRead - false_flag];
  return {
    total, need, fine: total - need, found, missed, false_flag, quiet, not_readable, not_readable_need,
    needReadable: needRead, fineReadable: fineRead, flags: found + false_flag, no_flag: missed + quiet,
  };
}

/** "33", and one digit where whole numbers would say 0 or 100 falsely. */
function of100(part, group) {
  if (!group) return "–";
  const value = (100 * part) / group;
  const edge = (value > 0 && value < 1) || (value > 99 && value < 100);
  return format(value, edge ? 1 : 0);
}

function boxTable(n, get, names) {
  const start = get("start");
  const cell = (name) => h("td", { class: `a2-box a2-box-${name}` }, h("strong", {}, format(n[name])), h("span", {}, names[name]));
  const sum = (value, lit) => h("td", { class: lit ? "a2-lit" : null }, h("strong", {}, format(value)));
  const lit = (side) => (start === side ? "a2-lit" : null);
  const row = (head, one, two, total) =>
    h("tr", { class: lit("people") }, h("th", { scope: "row" }, fill(head, { condition: get("condition") })), cell(one), cell(two), sum(total, start === "people"));
  return h("table", { class: `a2-boxes a2-from-${start}` }, h("caption", {}, TEXT.table),
    h("thead", {}, h("tr", {}, h("td", {}), ...[TEXT.flag, TEXT.noFlag].map((text) => h("th", { scope: "col", class: lit("flags") }, text)), h("th", { scope: "col" }, TEXT.sum))),
    h("tbody", {}, row(TEXT.rowNeed, "found", "missed", n.needReadable), row(TEXT.rowFine, "false_flag", "quiet", n.fineReadable),
      h("tr", {}, h("th", { scope: "row" }, TEXT.sum), sum(n.flags, start === "flags"), sum(n.no_flag, start === "flags"), sum(n.needReadable + n.fineReadable))));
}

/** The two sentences, the side the reader starts from first. */
function sentences(n, get, values) {
  let people = fill(n.need ? TEXT.sentencePeople : TEXT.noNeed, values);
  if (n.not_readable_need) people += ` ${fill(TEXT.readableOnly, values)}`;
  const flags = fill(n.flags ? TEXT.sentenceFlags : TEXT.noFlags, values);
  return get("start") === "people" ? [people, flags] : [flags, people];
}

function sectionsFrom(n, start, values) {
  const group = (name) => ({ kind: KINDS[name], count: n[name] });
  const order = start === "people" ? [["found", "missed"], ["false_flag", "quiet"]] : [["found", "false_flag"], ["missed", "quiet"]];
  return [
    ...order.map((names, i) => ({ title: fill(TEXT.sections[start][i], values), groups: names.map(group) })),
    { title: fill(TEXT.sections.unread, values), groups: [group("not_readable")] },
  ];
}

/** Dots in piles over the found rate, as large as the steps between possible rates allow. */
function dotPlot(width, found, tested, rate) {
  const step = Math.max(100 / tested, 2);
  const x = (value) => 16 + (value / 100) * (width - 32);
  const r = Math.max(2.5, Math.min(6, (x(step) - x(0)) / 2 - 0.5));
  const piles = new Map();
  const dots = [...found].sort((a, b) => a - b).map((k) => {
    const pile = Math.round((100 * k) / tested / step);
    piles.set(pile, (piles.get(pile) ?? 0) + 1);
    return [(100 * k) / tested, piles.get(pile)];
  });
  const base = Math.max(120, 36 + Math.max(...piles.values()) * (2 * r + 0.5));
  const height = base + 44;
  const text = (at, y, value, more = {}) => s("text", { x: at, y, "text-anchor": "middle", ...more }, value);
  const rule = (x1, y1, x2, y2, more) => s("line", { x1, y1, x2, y2, stroke: "var(--a2-line)", ...more });
  return {
    height,
    children: [
      ...[0, 20, 40, 60, 80, 100].flatMap((mark) => [rule(x(mark), base, x(mark), base + 5), text(x(mark), base + 21, format(mark))]),
      rule(x(0), base, x(100), base),
      text(width / 2, height - 4, TEXT.drawAxis),
      rule(x(rate), 22, x(rate), base, { stroke: "var(--a2-text)", "stroke-width": 2, "stroke-dasharray": "5 4" }),
      text(Math.min(width - 34, Math.max(34, x(rate))), 15, fill(TEXT.drawTrue, { rate: format(rate) }), { "font-weight": 600 }),
      ...dots.map(([value, place]) => s("circle", { cx: x(value).toFixed(1), cy: (base - r - (place - 1) * (2 * r + 0.5) - 1).toFixed(1), r: r.toFixed(1), fill: "var(--a2-blue)", stroke: "var(--a2-surface)" })),
    ],
  };
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const store = (name) => (value) => {
    model.set(name, value);
    model.save_changes();
  };
  const words = { condition: get("condition"), total: format(get("total")) };
  const [whole, rated] = [(n) => fill(TEXT.ofTotal, { n: format(n), total: words.total }), (n) => fill(TEXT.of100, { n: format(n) })];
  const make = (label, min, max, name, show) => slider({ label: fill(label, words), min, max, step: 1, value: get(name), show, onchange: store(name) });
  const total = get("total");
  const ward = {
    need: make(TEXT.need, 0, Math.max(get("need"), Math.round(total / 2)), "need", whole),
    found_rate: make(TEXT.foundRate, 0, 100, "found_rate", rated),
    false_flag_rate: make(TEXT.falseRate, 0, 100, "false_flag_rate", rated),
    not_readable: make(TEXT.notReadable, 0, Math.max(get("not_readable"), Math.round(total / 10)), "not_readable", whole),
  };
  const draws = {
    tested: make(TEXT.tested, 5, 200, "tested", (n) => fill(TEXT.testedValue, { n: format(n) })),
    found_rate: make(TEXT.trueRate, 0, 100, "found_rate", rated),
  };
  const valuesOf = (n) => {
    const shown = Object.fromEntries(Object.entries(n).map(([name, value]) => [name, format(value)]));
    const read = n.needReadable + n.fineReadable;
    return {
      ...shown, ...words, foundOf100: of100(n.found, n.need), rightOf100: of100(n.found, n.flags), quietOf100: of100(n.quiet, n.no_flag),
      needOf100: of100(n.need, n.total), rightAll: of100(n.found + n.quiet, read), nobody: of100(n.fineReadable, read),
    };
  };
  const names = get("words") === "technical" ? TEXT.technical : TEXT.names;

  const people = figure((width) => {
    const n = countBoxes(get);
    const values = valuesOf(n);
    return { ...peopleFigure({ width, sections: sectionsFrom(n, get("start"), values) }), label: fill(TEXT.alt, values) };
  });
  const tests = () => repeatedTests(get("seed"), get("tested"), get("found_rate"));
  const spread = (found) => [Math.min(...found), Math.max(...found)].map((k) => format((100 * k) / get("tested")));
  const dots = figure((width) => {
    const found = tests();
    const [low, high] = spread(found);
    const label = fill(TEXT.drawAlt, { tested: get("tested"), low, high, rate: format(get("found_rate")) });
    return { ...dotPlot(width, found, get("tested"), get("found_rate")), label };
  });

  const [key, boxes, facts, table] = [h("div"), h("div"), h("div", { class: "a2-grid-facts" }), h("div")];
  const [dotTitle, dotFacts] = [h("strong"), h("div", { class: "a2-grid-facts" })];
  const [wardLive, drawLive] = [liveText(), liveText()];
  const startRoom = h("div");
  const wardRoom = h("div", {}, h("div", { class: "a2-controls a2-columns" }, ...Object.values(ward).map((each) => each.element)), startRoom, wardLive.element,
    h("div", { class: "a2-figure" }, h("div", { class: "a2-part" }, h("p", { class: "a2-part-title" }, h("strong", {}, TEXT.keyTitle)), key, people.element),
      h("div", { class: "a2-part" }, boxes, facts)));
  const again = h("button", { type: "button", class: "a2-button", onclick: () => store("seed")(get("seed") + 1) }, TEXT.again);
  const drawRoom = h("div", {}, h("div", { class: "a2-controls a2-columns" }, ...Object.values(draws).map((each) => each.element)), h("div", { class: "a2-buttons" }, again), drawLive.element,
    h("div", { class: "a2-part" }, h("p", { class: "a2-part-title" }, dotTitle), dots.element), dotFacts,
    h("details", {}, h("summary", {}, TEXT.drawTable), table));
  const paragraphs = (...texts) => texts.filter(Boolean).map((text) => h("p", {}, text));

  const drawWard = () => {
    const n = countBoxes(get);
    const values = valuesOf(n);
    key.replaceChildren(iconKey(BOXES.filter((name) => name !== "not_readable" || n.not_readable).map((name) => ({ kind: KINDS[name], text: `${format(n[name])} ${names[name]}` }))));
    boxes.replaceChildren(boxTable(n, get, names));
    const terms = get("words") === "technical" ? h("dl", { class: "a2-facts" }, ...[["sensitivity", n.found, n.needReadable], ["specificity", n.quiet, n.fineReadable], ["ppv", n.found, n.flags], ["npv", n.quiet, n.no_flag]]
      .map(([name, part, group]) => h("div", {}, h("dt", {}, TEXT.terms[name]), h("dd", {}, fill(TEXT.value100, { n: of100(part, group) }))))) : null;
    facts.replaceChildren(...paragraphs(fill(TEXT.before, values), n.no_flag && fill(TEXT.quietLine, values), fill(TEXT.accuracy, values), n.not_readable && fill(TEXT.unread, values)), ...(terms ? [terms] : []));
    wardLive.say(sentences(n, get, values).join("\n"));
    people.redraw();
  };
  const drawTests = () => {
    const [found, tested] = [tests(), get("tested")];
    const [low, high] = spread(found);
    const one = Math.round((tested * get("found_rate")) / 100);
    const [from, to] = exactRange(one, tested).map((share) => format(100 * share));
    const values = { ...words, tested, low, high, rate: format(get("found_rate")), found: one, from, to };
    dotTitle.textContent = fill(TEXT.drawTitle, values);
    dotFacts.replaceChildren(...paragraphs(fill(TEXT.fits, values), one === tested && fill(TEXT.three, values), tested < 20 && TEXT.few));
    table.replaceChildren(h("table", {}, h("thead", {}, h("tr", {}, ...TEXT.drawHead.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...found.map((k, i) => h("tr", {}, h("th", { scope: "row" }, i + 1), h("td", {}, fill(TEXT.ofTested, { n: k, tested })), h("td", {}, of100(k, tested)))))));
    drawLive.say(fill(TEXT.drawLive, values));
    dots.redraw();
  };
  const draw = () => {
    const isWard = get("mode") === "ward";
    for (const [name, each] of [...Object.entries(ward), ...Object.entries(draws)]) if (Number(each.input.value) !== get(name)) each.set(get(name));
    wardRoom.hidden = !isWard;
    drawRoom.hidden = isWard;
    (isWard ? drawWard : drawTests)();
  };
  const modeRoom = choice({ label: TEXT.modeLabel, options: Object.entries(TEXT.modes), value: get("mode"), onchange: store("mode") });
  startRoom.append(choice({ label: TEXT.startLabel, options: Object.entries(TEXT.starts), value: get("start"), onchange: store("start") }));
  draw();
  const stop = listen(model, TRAITS, draw);
  el.append(h("div", { class: "a2-people-grid" }, explorable(fill(TEXT.title, words), modeRoom, wardRoom, drawRoom)));
  return () => {
    stop();
    people.stop();
    dots.stop();
  };
}

export default { render };
