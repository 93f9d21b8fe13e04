import assert from "node:assert/strict";
import { at } from "#kit";
import { exactRange } from "#stats/resampling";
import explorable from "./people-grid.mjs";

export default {
  "the ward example counts 68 found and 206 flags"() {
    const now = at(explorable);
    assert.deepEqual([now.found, now.missed, now.false_flag, now.quiet, now.flags], [68, 12, 138, 782, 206]);
    assert.equal(now.live, "Start from the people: of 80 who need the nurse, the tool finds 68. That is 85 of 100. Start from the flags: of 206 flags, 68 are right. That is 33 of 100.");
  },
  "people whose photo cannot be read are never counted as quiet"() {
    const now = at(explorable, { not_readable: 50 });
    assert.equal(now.found + now.missed + now.false_flag + now.quiet + now.not_readable, 1000);
    assert.match(now.live, /Of the 76 with a readable photo it finds 65\./);
  },
  "nobody in need and no flags are said in words"() {
    const now = at(explorable, { need: 0, false_flag_rate: 0, start: "flags" });
    assert.match(now.live, /^Start from the flags: there are no flags\..*nobody here is in need/);
  },
  "the same seed draws the same tests, and small tests spread further"() {
    const [small, large] = [5, 200].map((tested) => at(explorable, { mode: "draw", tested }));
    assert.deepEqual(at(explorable, { mode: "draw", tested: 5 }).draws, small.draws);
    assert.ok(small.high - small.low > large.high - large.low);
  },
  "the exact range of 17 found of 20 is 62 to 97 of 100"() {
    assert.deepEqual(exactRange(17, 20).map((share) => Math.round(100 * share)), [62, 97]);
  },
};
