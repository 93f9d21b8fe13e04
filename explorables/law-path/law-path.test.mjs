import assert from "node:assert/strict";
import { at } from "#kit";
import explorable from "./law-path.mjs";

const fork = (id, question) => ({ id, question, help: "", options: [{ id: "yes", text: "It is" }, { id: "no", text: "It is not" }] });
const answer = (right) => ({ answer: [right], article: "Art. 3", feedback: { yes: "It infers.", no: "It does not." } });
const duty = { id: "basis", who: "controller", duty: "Have a basis.", article: "Art. 6", date: "2018-05-25" };
const rest = { description: "It adds.", classes: [], open: [], changes: [] };
const change = { id: "learned", fact: "It is learned.", effect: "A door opens.", article: "", adds: [{ ...duty, id: "high" }], drops: [], moves: [{ duty: "basis", date: "2028-08-02", why: "So." }] };
const data = {
  valid_on: "2026-10-01", forks: [fork("ai", "Is it AI?"), fork("device", "Is it a device?")],
  systems: [
    { ...rest, id: "S1", title: "A rule", summary: "No AI.", answers: { ai: answer("no") }, skipped: { device: "Nothing to ask." }, duties: [duty], changes: [change] },
    { ...rest, id: "S2", title: "A model", summary: "AI.", answers: { ai: answer("yes"), device: answer("yes") }, skipped: {}, duties: [] },
  ],
};

export const sample = { data };

export default {
  "a wrong turn has its reason, and the path waits"() {
    const now = at(explorable, { data, walked: { S1: [["ai", "yes"]] } });
    assert.equal(now.live, "This answer does not fit. It infers. 0 of 2 systems classified.");
    assert.equal(now.isDone, false);
  },
  "only an answer that fits at once counts as the first try"() {
    assert.equal(at(explorable, { data, walked: { S1: [["ai", "yes"], ["ai", "no"]] } }).right, 0);
    assert.equal(at(explorable, { data, walked: { S1: [["ai", "no", true]] } }).right, 0);
    const now = at(explorable, { data, walked: { S1: [["ai", "no"]] } });
    assert.deepEqual([now.right, now.asked, now.isDone, now.done], [1, 1, true, 1]);
  },
  "a changed fact counts the duties that it moves, and only at the end of the path"() {
    const now = at(explorable, { data, fact: "S1:learned", walked: { S1: [["ai", "no"]] } });
    assert.match(now.live, /^A door opens\. New duties: 1\. Falling away: 0\. Dates moved: 1\./);
    assert.match(at(explorable, { data, fact: "S1:", walked: { S1: [["ai", "no"]] } }).live, /^Back to the facts/);
    assert.equal(at(explorable, { data, fact: "S1:learned" }).changed, null);
  },
  "a link with answers that do not exist leads to the first question"() {
    const now = at(explorable, { data, system: "S9", walked: { S1: [["ai", "maybe"], ["none", "yes"]] } });
    assert.match(now.live, /^2 systems, state of law on 1 October 2026/);
    for (const walked of [[1], { S1: 5 }, { S1: [5, null] }]) assert.match(at(explorable, { data, walked }).live, /^2 systems/);
  },
};
