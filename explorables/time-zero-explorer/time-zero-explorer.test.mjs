import assert from "node:assert/strict";
import { at } from "#kit";
import explorable from "./time-zero-explorer.mjs";

const always = (value) => new Array(73).fill(value);
const data = {
  cells: [[10, 90, 1], [40, 80, 1], [9999, 20, 1], [9999, 99, 1]],
  columns: [
    { name: "Pulse", known: always(1), cases: always(1), others: always(1) },
    { name: "Bed request", known: always(0), cases: always(0.9), others: always(0.1) },
    { name: "Discharge code", known: always(0), cases: always(1), others: always(1) },
  ],
  examples: [{ event: 40, end: 80, known: [1, 39] }, { event: null, end: 20, known: [2, null] }],
  performance: [[6, 0.7, 0.95], [48, 0.8, 0.96]], longest: 72, label: "ICU transfer",
};

export const sample = { data };

export default {
  "events before time zero are lost, stays that ended are out"() {
    const now = at(explorable, { data });
    assert.deepEqual([now.population, now.event_before, now.left_before, now.events, now.later], [2, 1, 1, 1, 0]);
    assert.match(now.live, /^At 24 h, 2 of 4 stays are in the population; 50 % of all events came before/);
  },
  "an event after the horizon does not count"() {
    const now = at(explorable, { data, horizon: 12 });
    assert.deepEqual([now.events, now.later], [0, 1]);
  },
  "columns from the future and reactions of the staff are named"() {
    const now = at(explorable, { data });
    assert.deepEqual([now.future, now.reaction], ["Discharge code", "Bed request"]);
  },
};
