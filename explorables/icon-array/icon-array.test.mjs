import assert from "node:assert/strict";
import { at } from "#kit";
import explorable from "./icon-array.mjs";

const example = { data: { what: "breast cancer", group: "women" } };

export default {
  "the example of the breast screening leaflet adds up"() {
    const now = at(explorable, example);
    assert.deepEqual([now.ill, now.hit, now.missed, now.alarm, now.quiet, now.positive], [10, 9, 1, 89, 901, 98]);
    assert.equal(now.live, "Of 1,000 women, 98 have a positive test: 9 with breast cancer and 89 without it. The test misses 1 of the 10 with breast cancer.");
  },
  "one side, percentages and the advertisement break rules"() {
    const now = at(explorable, { ...example, frame: "ill", sentence: "percent", deceive: true });
    assert.equal(now.live, "The test is 90 % sensitive. Your test is positive.");
    assert.equal(now.views.get("rules").items.filter(({ good }) => !good).length, 6);
    assert.equal(now.views.get("honest").items[1].value, 92);
  },
  "a rare condition in a small group rounds to nobody, and the text says so"() {
    const now = at(explorable, { ...example, prevalence: 0.1, total: 100 });
    assert.match(now.live, /choose a larger group/);
  },
  "halves are rounded up"() {
    assert.equal(at(explorable, { ...example, total: 500, prevalence: 0.1, sensitivity: 50 }).hit, 1);
  },
};
