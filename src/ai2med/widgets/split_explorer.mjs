/** Split explorer: which rows are tested, what each design then estimates, and what is true for the claim. */
import { h, s, format, fill, slider, liveText, choice } from "./ui.mjs";
import { seeded } from "./stats.mjs";
import { figure, captioned, axes, line, words, label, facts, listen, explorable } from "./plot.mjs";
import { WORDS } from "./words_split_explorer.mjs";

const TEXT = WORDS;
const DESIGNS = ["random", "patient", "time", "site"];
const SHOWN = 12;
const FACTORS = ["patient", "drift", "site", "mornings"];

/** Which mornings of twelve example patients the first test fold holds; patients have a site and a year. */
function exampleFold(design, mornings) {
  const random = seeded(11);
  return Array.from({ length: SHOWN }, (_, i) => {
    const site = "ABCD"[i % 4];
    const year = 1 + (Math.floor(i / 4) % 3);
    const whole = { patient: i % 5 === 2, time: year === 3, site: site === "D" }[design];
    const tested = Array.from({ length: 4 }, () => random() < 0.25).slice(0, mornings);
    return { site, year, number: i + 1, tested: design === "random" ? tested : tested.map(() => whole) };
  });
}

function render({ model, el }) {
  const grid = model.get("grid");
  const { levels } = grid;
  let [design, claim, picked, searched] = ["random", "patient", "before", 2];

  function cell() {
    const [p, d, t, m] = FACTORS.map((name) => model.get(name));
    const values = grid.cells[((p * 3 + d) * 3 + t) * 3 + m];
    return { estimates: values.slice(0, 4), spread: values.slice(4, 8), truths: values.slice(8, 12) };
  }

  const sliders = FACTORS.map((name) =>
    slider({
      label: TEXT[name], min: 0, max: levels[name].length - 1, step: 1, value: model.get(name),
      show: (i) => (name === "mornings" ? format(levels.mornings[i]) : TEXT.levels[i]),
      onchange(i) {
        model.set(name, i);
        model.save_changes();
      },
    }));

  const strips = figure((width) => {
    const mornings = levels.mornings[model.get("mornings")];
    const people = exampleFold(design, mornings);
    const [row, left, right] = [26, 128, width > 420 ? 150 : 58];
    const size = Math.min(64, (width - left - right) / 4);
    const split = people.filter((each) => new Set(each.tested).size === 2).length;
    const children = [words(left, 16, TEXT.morningsAxis)];
    people.forEach((each, i) => {
      const y = 26 + i * row;
      const both = new Set(each.tested).size === 2;
      children.push(words(0, y + 17, fill(TEXT.person, { site: each.site, year: each.year })));
      each.tested.forEach((tested, j) => {
        const x = left + j * size;
        const look = tested ? { fill: "var(--a2-accent)", stroke: "var(--a2-accent)" } : { fill: "none", stroke: "var(--a2-line)" };
        children.push(s("rect", { x: x + 1, y: y + 2, width: size - 4, height: row - 6, rx: 3, ...look }));
        if (tested) children.push(s("text", { x: x + size / 2 - 1, y: y + 17, "text-anchor": "middle", class: "a2-on-mark" }, TEXT.test));
      });
      if (both) children.push(words(left + mornings * size + 6, y + 17, width > 420 ? TEXT.bothSides : TEXT.bothShort));
    });
    return { height: 30 + SHOWN * row, label: fill(TEXT.stripAlt[design], { n: split }), children };
  });

  const estimates = figure((width) => {
    const found = cell();
    const [row, height] = [58, 4 * 58 + 78];
    const frame = axes({
      width, height, left: 16, right: 20,
      x: { min: 0.5, max: 0.95, ticks: [0.5, 0.6, 0.7, 0.8, 0.9], show: (v) => format(v, 1), name: TEXT.aurocAxis },
      y: { min: 0, max: 1, ticks: [], name: "" },
    });
    const truth = frame.x(found.truths[DESIGNS.indexOf(claim)]);
    const side = truth > width * 0.6 ? "end" : "start";
    const children = [...frame.children, line(truth, 20, truth, frame.box.bottom, { stroke: "var(--a2-green)", "stroke-width": 3 }),
      label(truth + (side === "end" ? -6 : 6), 14, fill(TEXT.truth, { value: format(found.truths[DESIGNS.indexOf(claim)], 2) }), { "text-anchor": side })];
    DESIGNS.forEach((name, i) => {
      const y = 52 + i * row;
      const [value, spread] = [found.estimates[i], found.spread[i]];
      const bold = name === design ? { "font-weight": 700 } : {};
      children.push(
        label(frame.box.left, y - 8, `${TEXT.designs[name]} ${format(value, 2)}`, bold),
        line(frame.x(Math.max(0.5, value - spread)), y + 8, frame.x(Math.min(0.95, value + spread)), y + 8, { stroke: "var(--a2-blue)", "stroke-width": 2 }),
        s("circle", { cx: frame.x(Math.max(0.5, value)), cy: y + 8, r: name === design ? 8 : 6, fill: name === design ? "var(--a2-blue)" : "var(--a2-surface)", stroke: "var(--a2-blue)", "stroke-width": 2.5 }),
      );
    });
    return { height, label: sentence(), children };
  });

  function sentence() {
    const found = cell();
    const value = found.estimates[DESIGNS.indexOf(design)];
    const truth = found.truths[DESIGNS.indexOf(claim)];
    const gap = Math.round(100 * value) - Math.round(100 * truth);
    const parts = [TEXT.says, Math.abs(gap) < 2 ? TEXT.close : gap > 0 ? TEXT.flatters : TEXT.modest];
    parts.push(design === claim ? TEXT.match : TEXT.mismatch);
    if (DESIGNS.every((_, i) => Math.abs(found.estimates[i] - truth) < 0.02)) parts.push(TEXT.allAgree);
    return fill(parts.join(" "), {
      design: TEXT.designs[design], value: format(value, 2), truth: format(truth, 2), claim: TEXT.claims[claim],
      gap: format(Math.abs(gap) / 100, 2), right: TEXT.designs[claim], matched: format(found.estimates[DESIGNS.indexOf(claim)], 2),
    });
  }

  const noiseFigure = figure((width) => {
    const [before, inside] = grid.noise[searched];
    const height = 196;
    const frame = axes({
      width, height, left: 16, right: 20,
      x: { min: 0, max: 1, ticks: [0, 0.25, 0.5, 0.75, 1], show: (v) => format(v, 2), name: TEXT.aurocAxis },
      y: { min: 0, max: 1, ticks: [], name: "" },
    });
    const fillFor = (chosen) => ({ fill: chosen ? "var(--a2-orange)" : "none", stroke: "var(--a2-orange)", "stroke-width": 2 });
    const bar = (y, value, chosen) => [s("rect", { x: frame.x(0), y, width: frame.x(value) - frame.x(0), height: 18, ...fillFor(chosen) })];
    const name = (y, text, value, chosen) => label(frame.box.left, y - 6, `${text} ${format(value, 2)}`, chosen ? { "font-weight": 700 } : {});
    return {
      height,
      label: noiseSentence(),
      children: [
        ...frame.children,
        ...bar(50, before, picked === "before"),
        ...bar(104, inside, picked === "inside"),
        line(frame.x(0.5), 20, frame.x(0.5), frame.box.bottom, { stroke: "var(--a2-green)", "stroke-width": 3 }),
        label(frame.x(0.5) + 6, 14, TEXT.noiseTruth),
        name(50, TEXT.before, before, picked === "before"),
        name(104, TEXT.inside, inside, picked === "inside"),
      ],
    };
  });
  const noiseSentence = () =>
    fill(picked === "before" ? TEXT.noiseBefore : TEXT.noiseInside, {
      value: format(grid.noise[searched][picked === "before" ? 0 : 1], 2), n: format(grid.searched[searched]),
    });

  const said = liveText();
  const noiseSaid = liveText();
  const measures = h("div", {});
  function update() {
    sliders.forEach((each, i) => each.set(model.get(FACTORS[i])));
    const found = cell();
    measures.replaceChildren(facts(DESIGNS.map((name, i) => [TEXT.truthFor[name], format(found.truths[i], 2)])));
    strips.redraw();
    estimates.redraw();
    said.say(sentence());
  }
  function updateNoise() {
    noiseFigure.redraw();
    noiseSaid.say(noiseSentence());
  }
  const names = (texts) => DESIGNS.map((name) => [name, texts[name]]);
  const searchSlider = slider({
    label: TEXT.searched, min: 0, max: grid.searched.length - 1, step: 1, value: searched, show: (i) => format(grid.searched[i]),
    onchange(i) {
      searched = i;
      updateNoise();
    },
  });
  el.append(explorable(
    TEXT.title,
    h("div", { class: "a2-controls" },
      choice({ label: TEXT.claim, options: names(TEXT.claims), value: claim, onchange: (name) => ((claim = name), update()) }),
      choice({ label: TEXT.design, options: names(TEXT.designs), value: design, onchange: (name) => ((design = name), update()) })),
    h("div", { class: "a2-controls a2-columns" }, ...sliders.map((each) => each.element)),
    said.element,
    h("div", { class: "a2-figure" }, captioned(TEXT.estimatesTitle, estimates), captioned(TEXT.stripTitle, strips)),
    h("p", { class: "a2-part-title" }, h("strong", {}, TEXT.truthsTitle)),
    measures,
    h("p", { class: "a2-note" }, fill(TEXT.note, { patients: grid.patients, n: grid.repetitions })),
    h("p", { class: "a2-part-title a2-second" }, h("strong", {}, TEXT.noiseTitle)),
    h("div", { class: "a2-controls a2-columns" },
      choice({ label: TEXT.picked, options: [["before", TEXT.before], ["inside", TEXT.inside]], value: picked, onchange: (way) => ((picked = way), updateNoise()) }),
      searchSlider.element),
    noiseSaid.element,
    h("div", { class: "a2-figure" }, noiseFigure.element),
  ));
  const stop = listen(model, FACTORS, update);
  update();
  updateNoise();
  return () => {
    stop();
    for (const each of [strips, estimates, noiseFigure]) each.stop();
  };
}

export default { render };
