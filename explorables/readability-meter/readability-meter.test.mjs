import assert from "node:assert/strict";
import { at } from "#kit";
import explorable from "./readability-meter.mjs";

const check = (id, looks_for, patterns) => ({ id, looks_for, kind: "need", message: `Say ${id}.`, patterns, mixed: "" });
const data = {
  key: "sample",
  text: "An examination demonstrated an abnormality necessitating clarification.",
  checks: [check("action", "What to do next", ["\\bcall\\b"]), check("contact", "How to reach you", ["[0-9]{6}"])],
  rules: { numberWords: {}, frequency: [], percent: "%", ofWhom: "^ of", relative: "twice" },
};

export const sample = { data };

export default {
  "a hard letter is above the target, and its hard words are named"() {
    const now = at(explorable, { data });
    assert.match(now.live, /above the target of 8\. 0 of 2 checks are met\. Next: what to do next\./);
    assert.match(now.views.get("places").text[0], /examination, demonstrated, abnormality/);
    assert.equal(now.views.get("grade").items[0].colour, "bad");
  },
  "a plain letter reaches it, and the checks see what it holds"() {
    const now = at(explorable, { data, written: "Please call us. Dial 123456." });
    assert.match(now.live, /the target of 8 is reached\. All 2 checks are met\./);
    assert.deepEqual(now.views.get("checks").items.map(({ good }) => good), [true, true]);
    assert.equal(now.views.has("places"), false);
  },
  "the hardest letter of the book fits the scale, and the name of the ease its sign"() {
    const text = "Your examination was evaluated with the assistance of an artificial intelligence algorithm demonstrating a sensitivity of 90 percent, and an abnormality necessitating additional diagnostic clarification has been identified; please arrange an appointment.";
    const { grade, views } = at(explorable, { data: { ...data, text } });
    assert.ok(grade > 27 && grade < views.get("grade").to);
    assert.deepEqual(views.get("counts").facts.at(-1), ["Reading ease (100 easy, 0 or less hard)", "−45"]);
  },
  "without words there is nothing to measure"() {
    const now = at(explorable, { data, written: " … " });
    assert.equal(now.live, "Write something to measure.");
    assert.equal(now.views.has("grade"), false);
  },
};
