import assert from "node:assert/strict";
import { at } from "#kit";
import explorable from "./threshold-explorer.mjs";

const data = { outcomes: [0, 0, 0, 1], risks: [0.05, 0.1, 0.3, 0.4], observed: 0.25 };

export const sample = { data: { ...data, capacity: 6, nurses: 2 }, state: { per_day: 28 } };

export default {
  "a threshold counts whole people of 1,000"() {
    const now = at(explorable, { data, threshold: 0.2 });
    assert.deepEqual([now.cases, now.found, now.missed, now.falseAlarms, now.quiet], [250, 250, 0, 250, 500]);
    assert.equal(now.ppv, 0.5);
    assert.match(now.live, /^250 of 1,000 people have deterioration within 48 h\. A threshold of 20 % finds 250 of them and misses 0;/);
  },
  "rows that are not people are called what they are"() {
    const now = at(explorable, { data: { ...data, unit: "mornings" }, threshold: 0.2 });
    assert.match(now.live, /^250 of 1,000 mornings have/);
    assert.equal(now.views.get("people").matrix, "1,000 mornings");
  },
  "prevalence moves PPV and leaves the ROC point alone"() {
    const [few, many] = [0.05, 0.5].map((prevalence) => at(explorable, { data, threshold: 0.2, prevalence }));
    assert.deepEqual([few.falseAlarmRate, few.sensitivity], [many.falseAlarmRate, many.sensitivity]);
    assert.ok(few.ppv < many.ppv);
    assert.match(few.live, /You moved the prevalence away from the observed 25 %/);
  },
};
