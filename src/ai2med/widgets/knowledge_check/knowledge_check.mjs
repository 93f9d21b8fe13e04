/**
 * The knowledge check: questions with feedback, on a built page and in every notebook host.
 *
 * Inline checks, opening questions, exercise decisions and the closing check differ in frame only; a question is
 * built by kc_item.mjs, marked by marking.mjs and remembered by kc_store.mjs.
 */
import { fill, freshId, h } from "../shared/ui.mjs";
import { WORDS } from "./words.mjs";
import { buildItem } from "./item.mjs";
import { forgetUnit, forgetItem, storeKey } from "./store.mjs";
import { onErased, privacyNote, yourData } from "../shared/privacy.mjs";

const CHECK_WORDS = WORDS;
const RESET_EVENT = "ai2med:reset";

/** What names a question: a heading in the closing check, else a line of text, so that page outlines stay whole. */
function itemHeading(item, mode, k, n) {
  const words = CHECK_WORDS.heading[n === 1 && mode !== "closing" ? `${mode}_one` : mode];
  const id = freshId("question");
  const text = fill(words, { k, n });
  const title = mode === "closing" ? h("h3", { id, tabindex: -1 }, text) : h("p", { id, class: "a2-kc-name" }, text);
  const meta =
    mode === "opening"
      ? CHECK_WORDS.opening_note
      : `${fill(CHECK_WORDS.outcome, { letter: item.outcome })} · ${CHECK_WORDS.level[item.level] ?? item.level}`;
  return { id, title, element: h("div", { class: "a2-kc-head" }, title, h("p", { class: "a2-kc-soft" }, meta)) };
}

/** An outcome's text; on a unit page it leads to the list of outcomes at the top. */
function outcomeText(letter, outcomes) {
  const text = outcomes[letter] ?? "";
  const id = `outcome-${letter}`;
  return h(
    "th",
    { scope: "row" },
    `${letter}. `,
    document.getElementById(id) ? h("a", { href: `#${id}` }, text) : text,
  );
}

/** Results by outcome: how many right at the first attempt and now, and which questions to look at again. */
function resultNodes({ outcomes, questions }) {
  const letters = [...new Set(questions.map(({ item }) => item.outcome))].sort();
  const count = (list, which) => {
    const right = list.filter(({ built }) => built.state()?.[which].correct).length;
    return h("td", {}, fill(CHECK_WORDS.results_count, { right, n: list.length }));
  };
  const line = (head, list) => h("tr", {}, head, count(list, "first"), count(list, "last"));
  const open = questions.filter(({ built }) => !built.state().last.correct);
  const links = open.map(({ heading, k }) =>
    h(
      "button",
      { type: "button", class: "a2-kc-link", onclick: () => heading.title.focus() },
      fill(CHECK_WORDS.question, { k }),
    ),
  );
  return [
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["outcome", "first", "now"].map((key) => h("th", { scope: "col" }, CHECK_WORDS[`results_${key}`])),
        ),
      ),
      h(
        "tbody",
        {},
        letters.map((letter) =>
          line(
            outcomeText(letter, outcomes),
            questions.filter(({ item }) => item.outcome === letter),
          ),
        ),
      ),
      h("tfoot", {}, line(h("th", { scope: "row" }, CHECK_WORDS.results_all), questions)),
    ),
    open.length ? h("p", { class: "a2-kc-again" }, CHECK_WORDS.again, " ", links) : h("p", {}, CHECK_WORDS.again_none),
  ];
}

/** A reset that asks before it deletes, in the page and not in a dialogue. */
function resetControl({ words, question, reset }) {
  const open = h(
    "button",
    { type: "button", class: "a2-button a2-kc-quiet", "data-action": "reset", onclick: () => ask(true) },
    words,
  );
  const no = h(
    "button",
    { type: "button", class: "a2-button", "data-action": "reset-no", onclick: () => ask(false) },
    CHECK_WORDS.reset_no,
  );
  const yes = h(
    "button",
    {
      type: "button",
      class: "a2-button a2-kc-danger",
      "data-action": "reset-yes",
      onclick: () => (ask(false), reset()),
    },
    CHECK_WORDS.reset_yes,
  );
  const id = freshId("reset");
  const panel = h(
    "div",
    {
      class: "a2-kc-confirm",
      role: "group",
      "aria-labelledby": id,
      hidden: true,
      onkeydown: (event) => event.key === "Escape" && ask(false),
    },
    h("p", { id }, question),
    yes,
    no,
  );
  function ask(asking) {
    panel.hidden = !asking;
    open.hidden = asking;
    (asking ? no : open).focus();
  }
  return h("div", { class: "a2-kc-reset" }, open, panel);
}

function render({ model, el }) {
  const unit = model.get("unit");
  const mode = model.get("mode");
  const outcomes = model.get("outcomes") ?? {};
  const closing = mode === "closing";
  const speaker = h("p", { class: "a2-hidden", "aria-live": "polite" });
  // Changed in a later task, so that the same words twice in a row are spoken twice.
  const announce = (text) => {
    speaker.textContent = "";
    setTimeout(() => (speaker.textContent = text), 50);
  };
  const title = model.get("title");
  const progress = h("p", { class: "a2-kc-progress" });
  const bar = h("div", { class: "a2-kc-bar", "aria-hidden": "true" }, h("span"));
  const list = h("div", { class: "a2-kc-list" });
  const results = h("div", { class: "a2-kc-results" });
  let questions = [];

  function update({ spoken = false } = {}) {
    const done = questions.filter(({ built }) => built.state()).length;
    const n = questions.length;
    foot.hidden = !closing && !done;
    if (!closing) return;
    progress.textContent = fill(CHECK_WORDS.progress, { done, n });
    bar.style.setProperty("--a2-done", n ? done / n : 0);
    const complete = n > 0 && done === n;
    results.replaceChildren(
      h("h3", {}, CHECK_WORDS.results),
      ...(complete
        ? resultNodes({ outcomes, questions })
        : [h("p", { class: "a2-kc-hint" }, CHECK_WORDS.results_wait)]),
    );
    if (complete && spoken) announce(CHECK_WORDS.results_ready);
  }

  function draw() {
    const items = model.get("items") ?? [];
    questions = items.map((item, k) => {
      const heading = itemHeading(item, mode, k + 1, items.length);
      return {
        item,
        k: k + 1,
        heading,
        built: buildItem({ item, heading: heading.element, name: heading.id, announce }),
      };
    });
    list.replaceChildren(...questions.map(({ built }) => built.element));
    // Once, where a reader first types.
    const field = list.querySelector(".a2-kc-editor :is([type='text'], textarea)");
    field?.closest(".a2-kc-editor").append(privacyNote());
    update();
  }

  function reset() {
    if (closing) {
      // The other checks of the unit on this page, this one too, start afresh when they hear it.
      forgetUnit(unit);
      document.dispatchEvent(new CustomEvent(RESET_EVENT, { detail: { unit } }));
    } else {
      for (const { item } of questions) forgetItem(item);
      draw();
      list.querySelector("input, select, textarea, button")?.focus();
    }
    announce(CHECK_WORDS.reset_done);
  }

  const foot = h(
    "div",
    { class: "a2-kc-foot" },
    h("p", { class: "a2-kc-hint" }, CHECK_WORDS.private, " ", yourData()),
    resetControl({
      words: closing
        ? CHECK_WORDS.reset_page
        : CHECK_WORDS[(model.get("items") ?? []).length > 1 ? "reset_these" : "reset_here"],
      question: closing ? CHECK_WORDS.reset_ask_page : CHECK_WORDS.reset_ask_here,
      reset,
    }),
  );
  const root = h(
    "div",
    { class: "a2-root a2-kc", "data-mode": mode, "data-unit": unit },
    title ? h("p", { class: "a2-title", dir: "auto" }, title) : null,
    closing ? [progress, bar] : null,
    list,
    closing ? results : null,
    foot,
    speaker,
  );
  const heardReset = ({ detail }) => detail?.unit === unit && draw();
  const answered = () => update({ spoken: true });
  document.addEventListener(RESET_EVENT, heardReset);
  root.addEventListener("ai2med:answered", answered);
  model.on("change:items", draw);
  draw();
  el.append(root);
  const deaf = onErased((key) => questions.some(({ item }) => key.startsWith(storeKey(item))), draw);
  return () => {
    deaf();
    document.removeEventListener(RESET_EVENT, heardReset);
    model.off("change:items", draw);
  };
}

export default { render };
