import assert from "node:assert/strict";
import { at, range } from "#kit";
import explorable from "./calibration-explorer.mjs";

const risks = range(0.01, 0.6, 400);
const outcomes = risks.map((p, i) => (((i * 7919) % 400) / 400 < p / 2 ? 1 : 0));
const data = { outcomes, risks, members: [], group_names: [], weights: [[1, 1]] };
const state = { group: "all" };

export const sample = { data: { ...data, members: risks.map((_, i) => i % 2), group_names: ["A", "B"], weights: [[1, 1], [1, 1], [1, 1]] } };

export default {
  "risks twice too high are called overestimates"() {
    const now = at(explorable, { data, ...state });
    assert.equal(now.expected1000, 305);
    assert.ok(Math.abs(now.ratio - 0.5) < 0.05);
    assert.match(now.live, /They overestimate: \d+ of 1,000/);
  },
  "a difference that may be chance is called so, and so is a slope whose interval holds 1"() {
    const few = { ...data, risks: risks.filter((_, i) => i % 8 === 0), outcomes: risks.filter((_, i) => i % 8 === 0).map((p, i) => (i % 4 === 0 ? 1 : 0)) };
    const now = at(explorable, { data: few, ...state });
    assert.ok(now.observedLow <= now.expected1000 && now.expected1000 <= now.observedHigh);
    assert.match(now.live, /the difference of \d+ may be chance/);
    const flat = at(explorable, { data, ...state, size: 5 });
    assert.ok(flat.slopeLow < 1 && flat.slopeHigh > 1);
    assert.match(flat.live, /holds 1, so these rows cannot tell|The slope is near 1 /);
  },
  "agreement is reported with its interval"() {
    const given = at(explorable, { data, ...state });
    const now = at(explorable, { data, ...state, shift: given.intercept });
    assert.match(now.live, /Here expected and observed agree; the interval says how far they may differ/);
  },
  "the interval of the observed share does not depend on thinning"() {
    const others = outcomes.flatMap((y, i) => (y ? [] : [i]));
    const kept = [...outcomes.keys()].filter((i) => outcomes[i] || others.indexOf(i) % 2);
    const thinned = { ...data, outcomes: kept.map((i) => outcomes[i]), risks: kept.map((i) => risks[i]), weights: [[others.length / (kept.length - (400 - others.length)), 1]] };
    const [full, half] = [data, thinned].map((each) => at(explorable, { data: each, ...state }));
    assert.deepEqual([half.observedLow, half.observedHigh], [full.observedLow, full.observedHigh]);
  },
  "rows that are not people are called what they are"() {
    const now = at(explorable, { data: { ...data, unit: "mornings" }, ...state });
    assert.match(now.live, /of 1,000 mornings to have/);
    assert.match(now.live, /overestimate: \d+ of 1,000 mornings/);
  },
  "updating the intercept mends the mean and leaves the AUROC"() {
    const before = at(explorable, { data, ...state });
    const after = at(explorable, { data, ...state, shift: before.intercept });
    assert.equal(after.observed1000, after.expected1000);
    assert.equal(after.auroc, before.auroc);
    assert.ok(Math.abs(after.intercept) < 1e-6);
  },
  "stretching shows as a slope of the inverse"() {
    const [once, twice] = [1, 2].map((stretch) => at(explorable, { data, ...state, stretch }));
    assert.ok(Math.abs(once.slope / twice.slope - 2) < 1e-6);
  },
  "a group is shown with its own rows and weights"() {
    const members = risks.map((_, i) => i % 2);
    const now = at(explorable, { data: { ...data, members, group_names: ["A", "B"], weights: [[1, 1], [3, 1], [1, 1]] }, group: "B" });
    assert.equal(now.rows.y.length, 200);
    assert.deepEqual(now.rows.w, [3, 1]);
  },
};
