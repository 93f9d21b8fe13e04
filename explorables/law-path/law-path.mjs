/** Classify a system fork by fork, with a reason at each; then change one fact and see the duties move. */
import { h } from "#kit";
import { today, writtenDay } from "#stats/days";

const BADGES = { adds: "new", drops: "falls away", moves: "date moves" };

/** Where the keyboard goes on: the open question, or the result. */
const NEXT = ".a2-question:not(.a2-answered), .a2-result";

const textOf = (fork, option) => fork.options.find(({ id }) => id === option).text;

/** The forks of a system as far as they have been answered: a try is `[fork, option]`, and true where it was shown. */
function walk(system, forks, given) {
  const parts = [];
  for (const fork of forks) {
    const answer = system.answers[fork.id];
    if (!answer) {
      if (system.skipped[fork.id]) parts.push({ fork, why: system.skipped[fork.id] });
      continue;
    }
    const tries = given.filter(([id, option]) => id === fork.id && option in answer.feedback);
    const isRight = tries.some(([, option]) => answer.answer.includes(option));
    parts.push({ fork, answer, tries, isRight, isFirst: isRight && tries.length === 1 && !tries[0][2] });
    if (!isRight) return { parts, isDone: false };
  }
  return { parts, isDone: true };
}

/** What was tried for a system; a link may hold anything. */
const triesOf = (walked, { id }) => (Array.isArray(walked[id]) ? walked[id].filter(Array.isArray) : []);

/** One question about the system; a fitting answer gives the focus to what comes next. */
function forkPart({ fork, answer, tries, isRight, why }, number, { chosen, walked, asked }, change) {
  if (why) return h("li", { class: "a2-fork a2-skipped" }, h("p", {}, h("span", { class: "a2-step" }, "Not asked here."), ` ${fork.question}`), h("p", { class: "a2-note" }, why));
  const choose = (option, isShown) => {
    const fits = answer.answer.includes(option);
    const step = isShown ? [fork.id, option, true] : [fork.id, option];
    change({ walked: { ...walked, [chosen.id]: [...triesOf(walked, chosen), step] } }, fits ? NEXT : `[data-fork="${fork.id}"] .a2-option:not([disabled])`);
  };
  const signOf = (option) => (answer.answer.includes(option) ? "✓" : "✗");
  const option = ({ id, text }) => {
    const isTried = tries.some(([, each]) => each === id);
    return h("button", { type: "button", class: "a2-button a2-option", "data-option": id, disabled: isTried || isRight, onclick: () => choose(id) }, isTried ? `${signOf(id)} ` : null, text);
  };
  const reason = ([, id]) => h("li", { class: answer.answer.includes(id) ? "a2-kept" : "a2-broken" },
    h("span", { class: "a2-sign", "aria-hidden": "true" }, signOf(id)),
    h("span", {}, h("strong", {}, `${textOf(fork, id)}. `), answer.feedback[id], answer.article ? ` ${answer.article}` : null));
  return h("li", { class: "a2-fork", "data-fork": fork.id }, h("div", { role: "group", "aria-label": fork.question },
    h("p", { class: `a2-question${isRight ? " a2-answered" : ""}`, tabindex: -1 }, h("span", { class: "a2-step" }, `Fork ${number} of ${asked}.`), ` ${fork.question}`),
    fork.help && h("p", { class: "a2-note" }, fork.help),
    h("div", { class: "a2-buttons" }, fork.options.map(option)),
    tries.length ? h("ul", { class: "a2-list" }, tries.map(reason)) : null,
    isRight ? null : h("button", { type: "button", class: "a2-plain", onclick: () => choose(answer.answer[0], true) }, "Show me the answer")));
}

function dutyItem(duty, change, before) {
  const past = duty.date <= today();
  const body = [h("strong", { class: "a2-who" }, `${duty.who}:`), ` ${duty.duty}`];
  return h("li", { "data-duty": duty.id, "data-change": change },
    duty.date && h("span", { class: past ? "a2-applies" : "a2-comes" }, `${past ? "applies since" : "applies from"} ${writtenDay(duty.date)} `),
    change && h("span", { class: `a2-badge a2-badge-${change}` }, BADGES[change]),
    h("p", {}, change === "drops" ? h("s", {}, body) : body),
    h("p", { class: "a2-note" }, [duty.article, duty.when].filter(Boolean).join(" · ")),
    before && h("p", { class: "a2-note" }, `Before the change: ${writtenDay(before.date)}. ${before.why}`));
}

/** Duties after a changed fact: what moves and what falls away keeps its place, what is new comes last. */
function dutiesAfter(system, changed) {
  const old = system.duties.map((duty) => {
    const move = changed?.moves.find((each) => each.duty === duty.id);
    if (move) return dutyItem({ ...duty, date: move.date }, "moves", { date: duty.date ?? move.date, why: move.why });
    return dutyItem(duty, changed?.drops.includes(duty.id) ? "drops" : null);
  });
  return h("ul", { class: "a2-duties" }, old, (changed?.adds ?? []).map((duty) => dutyItem(duty, "adds")));
}

function result({ chosen, changed, systems, walked, right, asked, valid_on: day }, change) {
  const fact = (each) => h("button", { type: "button", class: "a2-button a2-fact", "data-fact": each.id, "aria-pressed": String(each === changed), onclick: () => change({ fact: `${chosen.id}:${each === changed ? "" : each.id}` }, `[data-fact="${each.id}"]`) }, each.fact);
  const next = systems[(systems.indexOf(chosen) + 1) % systems.length];
  const heading = (text) => h("p", { class: "a2-part-title" }, h("strong", {}, text));
  return [
    h("p", { class: "a2-score" }, `Right at the first try: ${right} of ${asked} forks.`),
    h("div", { class: "a2-result", tabindex: -1 },
      h("p", {}, h("strong", {}, `Result for ${chosen.id}`)), h("p", {}, h("strong", {}, chosen.summary)),
      chosen.classes.length ? h("ul", { class: "a2-classes" }, chosen.classes.map((each) => h("li", {}, each))) : null,
      chosen.changes.length ? [heading("Change one fact and see which duties move:"), h("div", { class: "a2-buttons" }, chosen.changes.map(fact))] : null,
      changed && h("p", { class: "a2-effect" }, `${changed.effect} ${changed.article}`),
      heading("Who owes what, and from when"), dutiesAfter(chosen, changed),
      chosen.open.length ? [heading("What the law leaves open"), h("ul", {}, chosen.open.map((each) => h("li", {}, each)))] : null,
      h("p", { class: "a2-note" }, `State of law: ${writtenDay(day)}. For learning, not legal advice.`)),
    h("div", { class: "a2-buttons" },
      h("button", { type: "button", class: "a2-button", onclick: () => change({ walked: { ...walked, [chosen.id]: [] }, fact: "" }, ".a2-question") }, "Walk this path again"),
      systems.length > 1 && h("button", { type: "button", class: "a2-button a2-primary", onclick: () => change({ system: next.id, fact: "" }, NEXT) }, "Next system")),
  ];
}

export default {
  title: "Classify it, step by step",
  data: { systems: { kind: "plain" }, forks: { kind: "plain" }, valid_on: { kind: "text" } },
  controls: {
    system: { menu: "Which system?", options: ({ systems }) => Object.fromEntries(systems.map(({ id, title }) => [id, `${id}: ${title}`])) },
    walked: { kept: "Forks answered", value: {} },
    fact: { kept: "Changed fact", value: "" },
  },
  model({ systems, forks, system, walked, fact, valid_on }) {
    const chosen = systems.find(({ id }) => id === system);
    const { parts, isDone } = walk(chosen, forks, triesOf(walked, chosen));
    const asked = parts.length && forks.filter(({ id }) => chosen.answers[id]).length;
    const [id, option] = triesOf(walked, chosen).at(-1) ?? [];
    const last = parts.find(({ fork, tries }) => fork.id === id && tries);
    const changed = isDone ? chosen.changes.find((each) => fact === `${system}:${each.id}`) : null;
    return {
      chosen, parts, isDone, changed, asked, right: parts.filter(({ isFirst }) => isFirst).length, all: systems.length,
      done: systems.filter((each) => walk(each, forks, triesOf(walked, each)).isDone).length,
      isBack: isDone && fact === `${system}:`, fits: last && last.answer.answer.includes(option), reason: last?.answer.feedback[option], effect: changed?.effect, written: writtenDay(valid_on),
      added: changed?.adds.length, dropped: changed?.drops.length, moved: changed?.moves.length,
    };
  },
  words: {
    unchanged: "Back to the facts as they were.",
    begin: "{all} systems, state of law on {written}. Wrong turns have reasons, too.",
    fits: "This answer fits. {reason}", not: "This answer does not fit. {reason}",
    changed: "{effect} New duties: {added}. Falling away: {dropped}. Dates moved: {moved}.",
    progress: "{done} of {all} systems classified.",
  },
  live: ({ changed, isBack, fits, reason, done }) => [changed ? "changed" : isBack ? "unchanged" : reason ? (fits ? "fits" : "not") : "begin", (reason || done > 0) && "progress"],
  views: {
    path: {
      own: null,
      draw(now, change) {
        // Paper has no buttons: it shows where each path leads.
        if (now.isPaper) return h("ul", {}, now.systems.map(({ id, title, summary }) => h("li", {}, `${id}, ${title}: ${summary}`)));
        let number = 0;
        return h("div", { class: "a2-law-path" },
          h("p", { class: "a2-system" }, h("strong", {}, `${now.chosen.id} ${now.chosen.title}. `), now.chosen.description),
          h("ol", { class: "a2-forks" }, now.parts.map((part) => forkPart(part, part.why ? 0 : (number += 1), now, change))),
          now.isDone ? result(now, change) : null);
      },
    },
  },
};
