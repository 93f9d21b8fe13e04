import assert from "node:assert/strict";
import { at } from "#kit";
import { seeded } from "#stats/resampling";
import { adjustedRand, silhouette } from "./k_means.mjs";
import explorable from "./cluster-mirage.mjs";

const random = seeded(5);
const cloud = Array.from({ length: 120 }, () => [random() - random(), random() - random()]);
const corners = [[0, 3], [-3, -2], [3, -2]];
const groups = cloud.map(([x, y], i) => [x / 3 + corners[i % 3][0], y / 3 + corners[i % 3][1]]);
const data = { names: ["Cloud", "Groups"], tables: [cloud, groups], truths: ["none", "clear"], seed: 2026 };

export const sample = { data };

export default {
  "three far groups are found, stable, and better than shuffled copies"() {
    const now = at(explorable, { data, table: "Groups", k: 3, reveal: true });
    assert.deepEqual(now.sizes, [40, 40, 40]);
    assert.ok(now.stability > 0.99);
    assert.match(now.live, /worth testing at another site\. How it was made: three groups with gaps/);
  },
  "a cloud without groups is no better than its shuffled copies"() {
    const now = at(explorable, { data, table: "Cloud", k: 4 });
    assert.ok(now.silhouette <= now.high);
    assert.match(now.live, /No better than shuffled copies|Stable, but no better/);
  },
  "silhouette and Rand index have their known values"() {
    assert.ok(silhouette([[0, 0], [0, 1], [9, 0], [9, 1]], [0, 0, 1, 1], 2) > 0.8);
    assert.equal(adjustedRand([0, 0, 1, 1], [1, 1, 0, 0], 2), 1);
  },
};
