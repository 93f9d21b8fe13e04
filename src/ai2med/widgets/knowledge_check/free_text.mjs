/**
 * A free text: what a program can see in it, a rubric beside a model answer, and the reader's own judgement.
 *
 * Nothing here says right or wrong, and nothing is praised: patterns cannot read. The review stands after the status
 * line and begins when the reader asks for it.
 */
import { fill, freshId, h } from "../shared/ui.mjs";
import { WORDS } from "./words.mjs";
import { foundIn } from "./marking.mjs";
import { writeDraft } from "./store.mjs";
import { markOf, richBlocks, richInline, richPlain } from "./text.mjs";

const TEXT_WORDS = WORDS;
const JUDGEMENT_KEYS = ["met", "partly", "not_yet"];

/** The reader's text with what was found in it; `places` is what `foundIn` gives. */
function markedText(text, places, dangers) {
  const spans = [...places]
    .flatMap(([id, found]) => found.map(([start, end]) => ({ start, end, kind: dangers.has(id) ? "look" : "found" })))
    .sort((one, other) => one.start - other.start);
  const parts = [];
  let end = 0;
  for (const span of spans) {
    // Two facts may share words.
    if (span.start < end) continue;
    parts.push(text.slice(end, span.start), h("mark", { "data-kind": span.kind }, text.slice(span.start, span.end)));
    end = span.end;
  }
  return h("p", { class: "a2-kc-owntext", dir: "auto" }, parts, text.slice(end));
}

function quoted(words) {
  return words.map((one) => `“${one}”`).join(", ");
}

/** The editor of a free text; see item.mjs for its parts. `onjudge` records a change of what the reader says of it. */
export function freeTextEditor({ item, labelledby, onedit, onjudge }) {
  const id = freshId("text");
  const area = h("textarea", {
    id,
    class: "a2-kc-field",
    rows: 6,
    maxlength: 5000,
    dir: "auto",
    "aria-labelledby": `${labelledby} ${id}-label`,
    oninput: () => {
      writeDraft(item, area.value);
      onedit();
    },
  });
  const label = h("label", { for: id, id: `${id}-label`, class: "a2-kc-fieldname" }, TEXT_WORDS.your_text);
  const said = new Set();
  const judged = new Map();
  const dangers = new Set(item.dangers.map((danger) => danger.id));
  const labels = new Map(item.facts.map((fact) => [fact.id, fact.label]));
  const seen = h("div", {});
  const rubric = h("div", { class: "a2-kc-rubric" }, item.rubric.map(judgement));
  // Beside the buttons for the eye; the status line, far above on a phone, says it to a screen reader.
  const judgedLine = h("p", { class: "a2-kc-judged" });
  const after = h(
    "div",
    { class: "a2-kc-review", hidden: true },
    h("p", { class: "a2-kc-fieldname" }, TEXT_WORDS.your_text_seen),
    seen,
    // Folded: with the model before their eyes nobody writes a second draft.
    h(
      "details",
      { class: "a2-kc-modelfold" },
      h("summary", {}, TEXT_WORDS.model_answer),
      h("div", { class: "a2-kc-model" }, richBlocks(item.model)),
    ),
    h("p", { class: "a2-kc-fieldname" }, TEXT_WORDS.judge_yourself),
    rubric,
    judgedLine,
  );

  /** One line of the rubric with its three judgements. */
  function judgement(line) {
    const name = freshId("judge");
    const inputs = JUDGEMENT_KEYS.map((value) =>
      h("input", { type: "radio", name, id: `${name}-${value}`, value, onchange: () => set(line.id, value) }),
    );
    return h(
      "div",
      { class: "a2-kc-sure", role: "radiogroup", "aria-labelledby": name, "data-line": line.id },
      h("p", { id: name }, richInline(line.text)),
      inputs.map((input) => h("span", {}, input, h("label", { for: input.id }, TEXT_WORDS.judgement[input.value]))),
    );
  }

  function judgedWords() {
    const values = [...judged.values()];
    if (values.length < item.rubric.length) return fill(TEXT_WORDS.judged_part, { k: values.length, n: item.rubric.length });
    const counted = JUDGEMENT_KEYS.map((key) => [key, values.filter((value) => value === key).length]);
    return fill(TEXT_WORDS.you_judged, Object.fromEntries(counted));
  }

  function set(line, value) {
    judged.set(line, value);
    onjudge();
  }

  /** "I did say it": what is not found may be there in other words. */
  function claim(target) {
    const box = h("input", {
      type: "checkbox",
      id: freshId("said"),
      checked: said.has(target),
      onchange: () => {
        if (box.checked) said.add(target);
        else said.delete(target);
        onjudge();
      },
    });
    return h("p", { class: "a2-kc-claim" }, box, h("label", { for: box.id }, TEXT_WORDS.did_say));
  }

  function noteOf({ target, kind, text, words }) {
    const head = markOf(kind, `${TEXT_WORDS.kind[kind]}: `);
    if (kind === "look") {
      return h("li", { "data-kind": kind }, h("p", {}, head, h("strong", { dir: "auto" }, quoted(words))), richBlocks(text));
    }
    const name = h("strong", { dir: "auto" }, richPlain(labels.get(target)));
    if (kind === "found") return h("li", { "data-kind": kind }, h("p", {}, head, name, " ", h("span", { dir: "auto" }, quoted(words))));
    return h("li", { "data-kind": kind }, h("p", {}, head, name), kind === "missing" ? richBlocks(text) : null, claim(target));
  }

  return {
    element: h("div", {}, label, area),
    after,
    words: { check: TEXT_WORDS.look },
    read: () => ({ text: area.value, said: [...said], judged: Object.fromEntries(judged) }),
    write(response) {
      area.value = response.text;
      for (const target of response.said ?? []) said.add(target);
      for (const [line, value] of Object.entries(response.judged ?? {})) {
        judged.set(line, value);
        const box = rubric.querySelector(`[data-line="${CSS.escape(line)}"] input[value="${CSS.escape(value)}"]`);
        if (box) box.checked = true;
      }
    },
    resume: (draft) => (area.value = draft),
    clear() {},
    show(notes) {
      after.hidden = false;
      judgedLine.textContent = judged.size ? judgedWords() : "";
      // A box that has just been ticked keeps the focus when the list is drawn again.
      const focused = seen.contains(document.activeElement) && document.activeElement.closest("li");
      const at = focused ? [...focused.parentNode.children].indexOf(focused) : -1;
      const list = h("ul", { class: "a2-kc-notes" }, notes.map(noteOf));
      seen.replaceChildren(markedText(area.value, foundIn(item, area.value), dangers), list);
      list.children[at]?.querySelector("input")?.focus();
    },
    /** What the status line says: first what may be unsafe, then counts, never a verdict. */
    summary(notes, message) {
      const count = (kind) => notes.filter((note) => note.kind === kind).length;
      const unsafe = notes.filter(({ kind }) => kind === "look").flatMap(({ words }) => words);
      const lines = unsafe.length ? [fill(TEXT_WORDS.look_again_at, { words: quoted(unsafe) })] : [];
      lines.push(fill(TEXT_WORDS.facts_found, { k: count("found"), n: item.facts.length }));
      if (count("said")) lines.push(fill(TEXT_WORDS.facts_said, { k: count("said") }));
      lines.push(message === "self_judged" ? judgedWords() : TEXT_WORDS.now_judge);
      return lines;
    },
    label: () => null,
  };
}
