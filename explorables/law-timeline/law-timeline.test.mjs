import assert from "node:assert/strict";
import { at, firstState } from "#kit";
import explorable from "./law-timeline.mjs";

const row = (key, date, act, who, what) => ({ key, date, act, who: [who], what, article: "Art. 1" });
const dates = [
  row("gdpr", "2018-05-25", "GDPR", "controller", "It applies."), row("nis2", "2024-10-18", "NIS2", "essential entity", "It applies."),
  row("soon", "2027-12-02", "AI Act", "deployer", "Annex III."), row("late", "2028-08-02", "AI Act", "provider", "Devices."),
];
const roles = Object.fromEntries(["controller", "deployer", "essential entity", "provider"].map((role) => [role, role]));
const keys = (now) => now.shown.map(({ key }) => key);
const day = "2026-10-01";

export const sample = { data: { dates, roles }, state: { day } };

export default {
  "what has passed is told from what comes"() {
    const now = at(explorable, { data: { dates, roles }, day });
    assert.equal(now.live, "On 1 October 2026, 2 of 4 dates have passed. Next: 2 December 2027, AI Act: Annex III.");
    assert.deepEqual(keys(at(explorable, { data: { dates, roles }, day, show: "later" })), ["soon", "late"]);
  },
  "a date applies on its own day"() {
    assert.match(at(explorable, { data: { dates, roles }, day: "2028-08-02" }).live, /4 of 4 dates have passed\. No later date/);
  },
  "years to come are told in halves, and whole ones without a decimal"() {
    const html = (date) => firstState(explorable, { dates: [row("far", date, "AI Act", "deployer", "It applies.")], roles }, { day }, "k").html;
    const told = { "2028-10-01": "2", "2029-01-01": "2.5", "2029-04-01": "2.5", "2029-07-01": "3", "2030-07-01": "4", "2031-10-01": "5" };
    for (const [date, years] of Object.entries(told)) assert.ok(html(date).includes(`in about ${years} years`), date);
  },
  "a hospital has its roles in several acts, and is no provider"() {
    assert.deepEqual(keys(at(explorable, { data: { dates, roles }, day, who: "hospital" })), ["gdpr", "nis2", "soon"]);
  },
  "what is for everyone is for each role"() {
    const all = [...dates, row("all", "2024-08-01", "AI Act", "everyone", "In force.")];
    assert.deepEqual(keys(at(explorable, { data: { dates: all, roles }, day, who: "provider" })), ["late", "all"]);
  },
  "filters that nothing fits are said in words"() {
    const now = at(explorable, { data: { dates, roles }, day, act: "GDPR", who: "provider" });
    assert.equal(now.live, "No date of the table fits these filters.");
    assert.equal(now.views.get("lanes").alt, now.live);
  },
  "paper, which has no today, lists all dates"() {
    assert.equal(at(explorable, { data: { dates, roles } }).live, "4 dates of law, earliest first.");
  },
};
