/** Law path: classify a system fork by fork, with a reason at each, then change one fact and see the duties move. */
import { h, fill, freshId, liveText } from "../shared/ui.mjs";
import { explorable } from "../shared/plot.mjs";
import { todayIso, writtenDay } from "../law_timeline/dates.mjs";
import { WORDS } from "./words.mjs";
import { WORDS as LAW_TIMELINE } from "../law_timeline/words.mjs";

const TEXT = WORDS;
const ROLE_NAMES = LAW_TIMELINE.roles;

const textOf = (fork, option) => fork.options.find(({ id }) => id === option)?.text ?? option;

/** Date of a duty in words that fit the reader's day: already, or from when. */
function dateTag(iso) {
  if (!iso) return null;
  const past = iso <= todayIso();
  return h("span", { class: `a2-when ${past ? "a2-applies" : "a2-comes"}` }, fill(past ? TEXT.since : TEXT.from, { day: writtenDay(iso) }));
}

function dutyItem(duty, change, old) {
  const badge = change ? h("span", { class: `a2-badge a2-badge-${change}` }, TEXT.badges[change]) : null;
  const body = h(change === "drops" ? "s" : "span", {}, h("strong", { class: "a2-who" }, `${duty.who.map((role) => ROLE_NAMES[role] ?? role).join(", ")}:`), " ", duty.duty);
  const moved = old ? h("p", { class: "a2-note" }, fill(TEXT.moved, { day: writtenDay(old.date) }), old.why ? ` ${old.why}` : "") : null;
  return h("li", { "data-duty": duty.id, "data-change": change ?? null },
    h("p", { class: "a2-duty-head" }, dateTag(duty.date), badge), h("p", {}, body),
    h("p", { class: "a2-note" }, [duty.article, duty.when].filter(Boolean).join(" · ")), moved);
}

/** Duties after a changed fact: what moves and what falls away keeps its place, what is new comes last. */
function dutiesAfter(system, change) {
  const old = system.duties.map((duty) => {
    const move = change?.moves.find((each) => each.duty === duty.id);
    if (move) return dutyItem({ ...duty, date: move.date }, "moves", { date: duty.date ?? move.date, why: move.why });
    return dutyItem(duty, change?.drops.includes(duty.id) ? "drops" : null);
  });
  return h("ul", { class: "a2-duties" }, ...old, ...(change?.adds ?? []).map((duty) => dutyItem(duty, "adds")));
}

function resultPart(system, validOn, say) {
  const duties = h("div", {}, dutiesAfter(system));
  const effect = h("div");
  const buttons = system.changes.map((change) =>
    h("button", { type: "button", class: "a2-button a2-fact", "aria-pressed": "false", onclick: (event) => {
      const on = event.currentTarget.getAttribute("aria-pressed") === "true";
      for (const each of buttons) each.setAttribute("aria-pressed", "false");
      event.currentTarget.setAttribute("aria-pressed", String(!on));
      duties.replaceChildren(dutiesAfter(system, on ? null : change));
      effect.replaceChildren(...(on ? [] : [h("p", { class: "a2-effect" }, change.effect, change.article ? h("span", { class: "a2-article" }, ` ${change.article}`) : null)]));
      const numbers = { adds: change.adds.length, drops: change.drops.length, moves: change.moves.length };
      say(on ? TEXT.unchanged : `${change.effect} ${fill(TEXT.counted, numbers)}`);
    } }, change.fact));
  return h("div", { class: "a2-result", tabindex: -1 },
    h("p", { class: "a2-result-title" }, h("strong", {}, fill(TEXT.result, { id: system.id }))),
    h("p", {}, h("strong", {}, system.summary)),
    system.classes.length ? h("ul", { class: "a2-classes" }, ...system.classes.map((each) => h("li", {}, each))) : null,
    buttons.length ? h("div", { class: "a2-facts-to-change" }, h("p", { class: "a2-part-title" }, h("strong", {}, TEXT.changeTitle)), ...buttons) : null,
    effect,
    h("p", { class: "a2-part-title" }, h("strong", {}, TEXT.duties)),
    duties,
    system.open.length ? h("div", { class: "a2-open" }, h("p", { class: "a2-part-title" }, h("strong", {}, TEXT.open)), h("ul", {}, ...system.open.map((each) => h("li", {}, each)))) : null,
    h("p", { class: "a2-note" }, fill(TEXT.validOn, { day: writtenDay(validOn) })));
}

/** One question about one system; calls `done(right at the first try)` when a fitting answer was chosen. */
function forkPart(fork, answer, number, total, say, done) {
  let tries = 0;
  const id = freshId("fork");
  const feedback = h("div", { class: "a2-fork-feedback" });
  const show = (option, right) => {
    const card = h("div", { class: right ? "a2-kept" : "a2-broken" },
      h("span", { class: "a2-flag-mark", "aria-hidden": "true" }, right ? "✓" : "✗"),
      h("p", {}, h("strong", {}, `${textOf(fork, option)}. `), answer.feedback[option], answer.article ? h("span", { class: "a2-article" }, ` ${answer.article}`) : null));
    feedback.append(card);
    say(`${right ? TEXT.fits : TEXT.fitsNot} ${answer.feedback[option]}`);
  };
  const choose = (option) => {
    const right = answer.answer.includes(option);
    tries += 1;
    const button = buttons.get(option);
    button.disabled = true;
    button.prepend(right ? "✓ " : "✗ ");
    show(option, right);
    if (!right) return;
    for (const each of [...buttons.values(), reveal]) each.disabled = true;
    reveal.hidden = true;
    done(tries === 1);
  };
  const buttons = new Map(fork.options.map(({ id: option, text }) => [option, h("button", { type: "button", class: "a2-button a2-option", "data-option": option, onclick: () => choose(option) }, text)]));
  const reveal = h("button", { type: "button", class: "a2-plain", onclick: () => {
    tries += 1;
    choose(answer.answer[0]);
  } }, TEXT.reveal);
  return h("li", { class: "a2-fork", "data-fork": fork.id }, h("div", { role: "group", "aria-labelledby": id },
    h("p", { class: "a2-question", id, tabindex: -1 }, h("span", { class: "a2-step" }, fill(TEXT.step, { n: number, total })), ` ${fork.question}`),
    fork.help ? h("p", { class: "a2-note" }, fork.help) : null,
    h("div", { class: "a2-options" }, ...buttons.values()), feedback, reveal));
}

function skippedPart(fork, why) {
  return h("li", { class: "a2-fork a2-skipped" }, h("p", {}, h("span", { class: "a2-step" }, TEXT.skipped), ` ${fork.question}`), h("p", { class: "a2-note" }, why));
}

function render({ model, el }) {
  const systems = model.get("systems");
  const forks = model.get("forks");
  const id = freshId("system");
  const live = liveText("a2-hidden");
  const room = h("div");
  const done = new Map();
  const progress = h("p", { class: "a2-note" });
  const select = h("select", { id, onchange: () => open(systems.find((system) => system.id === select.value)) },
    ...systems.map((system) => h("option", { value: system.id }, `${system.id}: ${system.title}`)));

  const showProgress = () => {
    progress.textContent = fill(TEXT.progress, { done: done.size, all: systems.length });
  };
  const open = (system) => {
    const asked = forks.filter((fork) => system.answers[fork.id]);
    const path = h("ol", { class: "a2-forks" });
    const end = h("div");
    let first = 0;
    let place = 0;
    let number = 0;
    const step = (move) => {
      while (place < forks.length && !system.answers[forks[place].id]) {
        const why = system.skipped[forks[place].id];
        if (why) path.append(skippedPart(forks[place], why));
        place += 1;
      }
      if (place === forks.length) {
        done.set(system.id, true);
        showProgress();
        end.replaceChildren(
          h("p", { class: "a2-score" }, fill(TEXT.score, { first, all: asked.length })),
          resultPart(system, model.get("valid_on"), live.say),
          h("div", { class: "a2-buttons" },
            h("button", { type: "button", class: "a2-button", onclick: () => { open(system); room.querySelector(".a2-question")?.focus(); } }, TEXT.again),
            systems.length > 1 ? h("button", { type: "button", class: "a2-button a2-primary", onclick: () => {
              const next = systems[(systems.indexOf(system) + 1) % systems.length];
              select.value = next.id;
              open(next);
              room.querySelector(".a2-question")?.focus();
            } }, TEXT.next) : null));
        if (move) end.querySelector(".a2-result").focus({ preventScroll: true });
        return;
      }
      const fork = forks[place];
      place += 1;
      number += 1;
      const part = forkPart(fork, system.answers[fork.id], number, asked.length, live.say, (right) => {
        first += right ? 1 : 0;
        step(true);
      });
      path.append(part);
      // The pressed button is now disabled; without this the keyboard would start again at the top of the page.
      if (move) part.querySelector(".a2-question").focus({ preventScroll: true });
    };
    room.replaceChildren(h("p", { class: "a2-system" }, h("strong", {}, `${system.id} ${system.title}. `), system.description), path, end);
    step(false);
  };
  showProgress();
  if (systems.length) open(systems[0]);
  el.append(h("div", { class: "a2-law-path" }, explorable(TEXT.title,
    h("div", { class: "a2-field" }, h("label", { for: id }, TEXT.pick), select), progress, room, live.element)));
  return () => el.replaceChildren();
}

export default { render };
