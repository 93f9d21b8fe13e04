/** What a positive test means, as people, tree and sentence; and how the same data can deceive. */
const GROUPS = {
  hit: { shape: "disc", colour: "pink", name: "{hit} with {what}, test positive" },
  missed: { shape: "ring", colour: "pink", name: "{missed} with {what}, test negative (missed)" },
  alarm: { shape: "square", colour: "orange", name: "{alarm} without, test positive (false alarm)" },
  quiet: { shape: "dot", colour: "grey", name: "{quiet} without, test negative" },
};
const part = (id, text, at, more) => ({ id, text, at, ...more });

export default {
  title: "What does a positive test for {what} mean?",
  data: { what: { kind: "text", value: "breast cancer" }, group: { kind: "text", value: "women" } },
  controls: {
    prevalence: { slider: "How common: {group} with {what}", from: 0.1, to: 50, step: 0.1, value: 1, show: "{value|short} of 100" },
    sensitivity: { slider: "Sensitivity: of 100 with it, positive", from: 0, to: 100, value: 90, show: "{value|short} of 100" },
    false_positive_rate: { slider: "False-positive rate: of 100 without it, positive", from: 0, to: 100, step: 0.1, value: 9, show: "{value|short} of 100" },
    total: { choice: "Size of the group", options: [100, 200, 500, 1000], value: 1000 },
    frame: { choice: "Which side to tell", options: { both: "both sides", ill: "only who has it", well: "only who does not" } },
    sentence: { choice: "How to say it", options: { people: "count people", percent: "percentages" } },
    deceive: { switch: "Deceive me: show the same data as an advertisement would" },
  },
  presets: {
    "A rare condition: 1 of 1,000": { prevalence: 0.1, total: 1000 },
    "A common one: 30 of 100": { prevalence: 30 },
  },
  model({ prevalence, sensitivity, false_positive_rate, total }) {
    const ill = Math.round((total * prevalence) / 100);
    const hit = Math.round((ill * sensitivity) / 100);
    const alarm = Math.round(((total - ill) * false_positive_rate) / 100);
    const positive = hit + alarm;
    const [before, after] = [(1000 * ill) / total, positive ? (1000 * hit) / positive : 0];
    return { ill, well: total - ill, hit, missed: ill - hit, alarm, quiet: total - ill - alarm, positive, before: Math.round(before), after: Math.round(after), times: after / before };
  },
  words: {
    people_both: "Of {total} {group}, {positive} have a positive test: {hit} with {what} and {alarm} without it. The test misses {missed} of the {ill} with {what}.",
    people_ill: "Of {positive} {group} with a positive test, {hit} have {what}.",
    people_well: "Of {positive} {group} with a positive test, {alarm} do not have {what}.",
    percent_both: "The test has a sensitivity of {sensitivity|short} % and a false-positive rate of {false_positive_rate|short} %. Your test is positive.",
    percent_ill: "The test is {sensitivity|short} % sensitive. Your test is positive.",
    percent_well: "The false-positive rate is only {false_positive_rate|short} %. Your test is positive.",
    nobody: "Nobody in this group has a positive test.",
    small: "In a group of {total} nobody has it after rounding: choose a larger group.",
    slogan: "A positive test makes {what} {times|short} times as likely!",
    quiet: "With these numbers there is nothing to shout about.",
  },
  live: (now) => (now.positive ? [`${now.sentence}_${now.frame}`, !now.ill && now.sentence === "people" && "small"] : ["nobody"]),
  views: {
    people: {
      people: "The group", side: 3, groups: (now) => Object.entries(GROUPS).map(([id, group]) => ({ ...group, count: now[id] })),
      alt: "Icons of {total} {group}, grouped: {hit} with {what} and a positive test, {missed} with {what} and a negative test, {alarm} without it and a positive test, {quiet} without it and a negative test.",
    },
    tree: {
      flow: "The same people as a tree", fixed: true,
      parts: [
        part("all", "{total}\n{group}", [1, 0], { span: 2 }),
        part("ill", "{ill}\nwith {what}", [0, 1], { span: 2 }), part("well", "{well}\nwithout", [2, 1], { span: 2 }),
        part("hit", "{hit}\npositive", [0, 2], { lit: "bad" }), part("missed", "{missed}\nnegative", [1, 2]),
        part("alarm", "{alarm}\npositive", [2, 2], { lit: "bad" }), part("quiet", "{quiet}\nnegative", [3, 2]),
      ],
      arrows: [["all", "ill"], ["all", "well"], ["ill", "hit"], ["ill", "missed"], ["well", "alarm"], ["well", "quiet"]],
      alt: "Tree: of {total} {group}, {ill} have {what}: {hit} positive, {missed} negative; {well} do not: {alarm} positive, {quiet} negative. Positive tests: {hit} + {alarm} = {positive}.",
    },
    sum: { wide: false, text: "Positive tests: {hit} + {alarm} = {positive}. With {what}: {hit} of {positive}." },
    rules: {
      list: "Rules for honest numbers", signs: ["Kept:", "Broken:"],
      items: ({ sentence, frame, deceive, ill }) => [
        [sentence === "people", "count whole people.", "Nobody can picture a percentage of a percentage."],
        [sentence === "people", "say “of whom”.", "“Sensitive” counts those with the illness. The reader hears: those with a positive test."],
        [frame === "both", "tell both sides.", "The same people sound safe or doomed, depending on the side."],
        [!deceive, "counts before comparisons.", "“9 times” hides whether that is 9 of 1,000 or 900."],
        [!deceive, "one group, named.", "The two bars count from groups that nobody names."],
        [!deceive, "show the whole scale.", "Without a scale the longest bar fills the room, whatever it counts."],
        [ill > 0, "a group large enough to count.", "After rounding, nobody in this group has it."],
      ].map(([good, rule, why]) => ({ good, text: good ? rule : `${rule} ${why}` })),
    },
    advert: {
      bars: (now) => `The advertisement: ${now.times > 1 ? now.words.slogan : now.words.quiet}`, when: (now) => now.deceive, show: false,
      items: [{ name: "Before the test", value: (now) => now.before, colour: "bad" }, { name: "After a positive test", value: (now) => now.after, colour: "bad" }],
      alt: "Two bars without numbers or scale; the second looks overwhelming. Behind them: {before} of 1,000 {group} and {after} of 1,000 {group}.",
    },
    honest: {
      bars: "The same data, honestly", when: (now) => now.deceive, to: 1000, scale: [0, 500, 1000], show: "{value} of 1,000",
      items: [{ name: "Before the test", value: (now) => now.before }, { name: "After a positive test", value: (now) => now.after }],
      alt: "Two bars on a scale from 0 to 1,000: {before} of 1,000 {group} before the test, {after} after a positive test.",
    },
  },
};
