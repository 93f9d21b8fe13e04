import assert from "node:assert/strict";
import { at } from "#kit";
import explorable from "./alarm-check.mjs";

export default {
  "where few are in danger, most alarms are false"() {
    const now = at(explorable);
    assert.deepEqual([now.found, now.missed, now.alarmed, now.quiet, now.alarms], [4, 1, 10, 85, 14]);
    assert.equal(now.live, "14 alarms: 4 right, 10 false. Most alarms are false, because few patients are in danger.");
  },
  "the same tool is mostly right where many are"() {
    const now = at(explorable, { ill: 40 });
    assert.deepEqual([now.found, now.alarmed], [32, 6]);
    assert.match(now.live, /^38 alarms: 32 right, 6 false\. Most alarms are right\. The tool is the same/);
  },
  "as many right as false is half"() {
    assert.match(at(explorable, { ill: 11 }).live, /^18 alarms: 9 right, 9 false\. Half/);
  },
  "everybody is counted once"() {
    for (let ill = 1; ill <= 50; ill++) {
      const { found, missed, alarmed, quiet } = at(explorable, { ill });
      assert.equal(found + missed + alarmed + quiet, 100);
    }
  },
};
