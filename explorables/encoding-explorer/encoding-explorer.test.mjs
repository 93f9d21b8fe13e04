import assert from "node:assert/strict";
import { at } from "#kit";
import explorable from "./encoding-explorer.mjs";

export default {
  "a guess that is right has no error"() {
    const { truths } = at(explorable);
    const now = at(explorable, { area: truths.area, reveal: true });
    assert.equal(now.errors.find(({ key }) => key === "area").value, 0);
    assert.match(now.live, /Your smallest error is 0 points, with area/);
  },
  "the answer is not told before it is asked for"() {
    const now = at(explorable, { channel: "angle", angle: 30 });
    assert.match(now.live, /^Eight wards drawn by angle\. Your guess: B is 30 % of A/);
    assert.equal(now.views.has("errors"), false);
  },
  "B is never more than A, and other wards are other values"() {
    const sets = [1, 2, 3, 4].map((seed) => at(explorable, { seed }));
    for (const { truths } of sets) for (const truth of Object.values(truths)) assert.ok(truth >= 24 && truth <= 86);
    assert.equal(new Set(sets.map(({ values }) => values.join())).size, 4);
  },
};
