import assert from "node:assert/strict";
import { at } from "#kit";
import explorable from "./net-benefit-explorer.mjs";

const outcomes = Array.from({ length: 100 }, (_, i) => (i % 4 === 3 ? 1 : 0));
const risks = Array.from({ length: 100 }, (_, i) => [0.05, 0.1, 0.05, 0.2][i % 4]);
const data = { outcomes, models: [{ name: "Model", risks }], observed: 0.25, weights: [1, 1], seed: 2026 };

export const sample = { data };

export default {
  "a model that separates perfectly finds every case without a false alarm"() {
    const now = at(explorable, { data, threshold: 0.15 });
    assert.equal(now.here[0].text, "250.0");
    assert.equal(now.accepted, "5.7");
    assert.match(now.live, /Here Model is better than the best simple rule, alerting everybody/);
  },
  "rows that are not people are called what they are"() {
    const now = at(explorable, { data: { ...data, unit: "mornings" }, threshold: 0.15 });
    assert.match(now.live, /Net benefit per 1,000 mornings: Model/);
    assert.equal(now.views.get("curves").y.label, "Net benefit per 1,000 mornings");
  },
  "risks shifted down miss, and the text names it"() {
    const now = at(explorable, { data, threshold: 0.3, shift: 0 });
    assert.equal(now.here[0].text, "0.0");
    assert.match(at(explorable, { data, threshold: 0.3, shift: 1 }).live, /250\.0 .*shifted up/);
  },
  "two models that are the same are not separated"() {
    const now = at(explorable, { data: { ...data, models: [data.models[0], { name: "Twin", risks }] }, threshold: 0.15 });
    assert.match(now.live, /Model minus Twin: 0\.0 per 1,000 \(0\.0 to 0\.0\); these rows do not separate the two/);
  },
};
