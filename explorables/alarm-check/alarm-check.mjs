/** One tool, many wards: the rarer the danger, the more of its alarms are false. Stands on the home page. */
const [FOUND, ALARMED] = [0.8, 0.1];
const KINDS = {
  found: { shape: "person", colour: "blue", name: "{found} in danger, alarm" },
  missed: { shape: "hollow", colour: "pink", name: "{missed} in danger, no alarm" },
  alarmed: { shape: "flag", colour: "orange", name: "{alarmed} safe, false alarm" },
  quiet: { shape: "small", colour: "grey", name: "{quiet} safe, no alarm" },
};

export default {
  title: "100 patients, one tool",
  controls: { ill: { slider: "How many are in danger", from: 5, to: 50, step: 5, value: 5, show: "{value} of 100" } },
  presets: { "Emergency room: 15 of 100": { ill: 15 }, "Intensive care: 40 of 100": { ill: 40 } },
  model({ ill }) {
    const [found, alarmed] = [Math.round(ill * FOUND), Math.round((100 - ill) * ALARMED)];
    return { found, alarmed, missed: ill - found, quiet: 100 - ill - alarmed, alarms: found + alarmed };
  },
  words: {
    right: "{alarms} alarms: {found} right, {alarmed} false.",
    mostly: "Most alarms are false, because few patients are in danger.",
    better: "Most alarms are right. The tool is the same: more patients are in danger.",
    even: "Half of the alarms are right.",
  },
  live: ({ found, alarmed }) => ["right", found < alarmed ? "mostly" : found > alarmed ? "better" : "even"],
  views: {
    people: {
      people: "", columns: 20, wide: true, groups: (now) => Object.entries(KINDS).map(([name, kind]) => ({ ...kind, count: now[name] })),
      alt: "100 patients as icons. Of {ill} in danger, {found} have an alarm and {missed} have none. Of the others, {alarmed} have a false alarm and {quiet} have none.",
    },
  },
};
