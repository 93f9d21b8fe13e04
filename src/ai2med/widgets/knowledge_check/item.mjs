/**
 * One question: its text, its editor, the check, the feedback, the explanation.
 *
 * An editor (kc_choice, kc_fields, kc_order, kc_branch) is `{element, read, write, clear, show, label, solution}`:
 * `read()` gives the response, `write(response)` puts a stored one back, `show(notes, result)` and `clear()` set and
 * take away marks, `label(target)` names what a note is about (null: no need to), `solution()` builds the right answer.
 * Optional: `tag(target, kind)` (a better word than "Right"), `actions` (buttons beside the check), `field` (where a
 * new version puts the focus), `auto` (asks for marking by itself, by `onfinish`), `after` (an element behind the
 * status line), `summary(notes, message)` (the sentences of the status line, where nothing is judged), `words.check`,
 * `resume(draft)` (puts back a text that was not compared yet; what the field of such an editor holds is kept as a draft).
 */
import { fill, freshId, h } from "../shared/ui.mjs";
import { WORDS } from "./words.mjs";
import { mark } from "./marking.mjs";
import { icon, markOf, richBlocks } from "./text.mjs";
import { choiceEditor } from "./choice.mjs";
import { fillEditor, matchingEditor, numericEditor, predictEditor } from "./fields.mjs";
import { orderEditor, parsonsEditor } from "./order.mjs";
import { branchEditor } from "./branch.mjs";
import { freeTextEditor } from "./free_text.mjs";
import { forgetItem, readDraft, readState, writeDraft, writeState } from "./store.mjs";

const ITEM_WORDS = WORDS;
// A verdict below the edge of a phone's screen would not be seen.
const NEAREST = { block: "nearest", behavior: "instant" };
const EDITORS = {
  single: choiceEditor,
  multiple: choiceEditor,
  numeric: numericEditor,
  fill: fillEditor,
  matching: matchingEditor,
  predict: predictEditor,
  ordering: orderEditor,
  parsons: parsonsEditor,
  branching: branchEditor,
  text: freeTextEditor,
};

/** "How sure are you?": shapes the words of the feedback, never the mark. */
function certaintyQuestion() {
  const name = freshId("sure");
  const inputs = ["low", "mid", "high"].map((value) =>
    h("input", { type: "radio", name, id: `${name}-${value}`, value }),
  );
  const element = h(
    "div",
    { class: "a2-kc-sure", role: "radiogroup", "aria-labelledby": name },
    h(
      "p",
      { id: name, class: "a2-kc-fieldname" },
      ITEM_WORDS.how_sure,
      " ",
      h("span", { class: "a2-kc-soft" }, ITEM_WORDS.not_counted),
    ),
    inputs.map((input) => h("span", {}, input, h("label", { for: input.id }, ITEM_WORDS.sure[input.value]))),
  );
  return {
    element,
    read: () => inputs.find((input) => input.checked)?.value ?? null,
    write: (value) => inputs.forEach((input) => (input.checked = input.value === value)),
  };
}

/** "2026-10-01" as "1 October 2026", whatever the time zone. */
function longDate(iso) {
  return new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/**
 * The verdict in a word: right, partial or wrong; of a first guess there is none, and of a text only its reader's own.
 * A conversation is judged by its end.
 */
function verdictOf(item, result) {
  if (item.type === "text") {
    if (result.feedback.some(({ kind }) => kind === "look")) return "look";
    return result.message === "self_judged" ? "judged" : "seen";
  }
  if (item.place === "opening") return result.correct ? "right" : "note";
  if (item.type === "branching") return result.feedback.at(-1).kind;
  if (result.correct) return "right";
  return result.score >= 0.5 ? "partial" : "wrong";
}

/** The verdict as a sentence or two: how many parts are right comes first. */
function verdictWords(item, editor, result, verdict, attempts) {
  if (item.place === "opening") return [ITEM_WORDS.guess[result.correct ? "right" : "other"]];
  const words = [];
  const counted = result.feedback.filter(
    ({ target }) => target && ["multiple", "fill", "matching"].includes(item.type),
  );
  if (!result.correct && counted.length > 1) {
    const right = counted.filter(({ kind }) => kind === "right").length;
    words.push(fill(item.type === "multiple" ? ITEM_WORDS.decisions : ITEM_WORDS.parts, { right, n: counted.length }));
  } else words.push(ITEM_WORDS.verdict[item.type === "branching" ? `talk_${verdict}` : verdict]);
  if (!result.correct && !editor.auto) words.push(ITEM_WORDS.try_again);
  if (attempts > 1) words.push(fill(ITEM_WORDS.attempt, { k: attempts }));
  return words;
}

/**
 * Where a reader finds what a question is about: the section in which it stands, if that is one that teaches. The
 * heading before a task or a closing question is only that of the question.
 */
function sectionBefore(item, element) {
  if (item.place !== "inline") return null;
  const headings = [...(element.closest("article")?.querySelectorAll("h2") ?? [])];
  const isBefore = (heading) => heading.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
  const heading = headings.filter(isBefore).at(-1);
  const id = heading?.id || heading?.closest("section")?.id;
  return id ? { id, title: heading.firstChild.textContent.trim() } : null;
}

/** What is said, once, of all wrong parts that the author says nothing of: where to look, never what would be right. */
function neutralNote(labels, section) {
  const names = labels.flatMap((label, k) => [k ? "; " : "", h("strong", { dir: "auto" }, label)]);
  const head = h("p", {}, markOf("wrong", `${ITEM_WORDS.kind.wrong}: `), names);
  const where = section ? [ITEM_WORDS.read_again, h("a", { href: `#${section.id}` }, section.title)] : ITEM_WORDS.look_again;
  return h("li", { "data-kind": "wrong" }, head, h("p", {}, where));
}

/** What stands in the live region after a check. */
function feedbackNodes(item, editor, result, { attempts, certainty }, { section, onshow }) {
  const verdict = verdictOf(item, result);
  if (editor.summary) {
    const [first, ...lines] = editor.summary(result.feedback, result.message);
    return [h("p", { class: "a2-kc-verdict" }, icon(verdict === "look" ? "look" : "note"), first), ...lines.map((line) => h("p", {}, line))];
  }
  const words = verdictWords(item, editor, result, verdict, attempts);
  const nodes = [h("p", { class: "a2-kc-verdict" }, icon(verdict), words.join(" "))];
  if (result.message) nodes.push(h("p", {}, ITEM_WORDS.messages[result.message]));
  if (onshow) {
    // First how many decisions hold, so that there is still something to find; then which, for who asks.
    const button = h(
      "button",
      { type: "button", class: "a2-button", "data-action": "which", onclick: onshow },
      ITEM_WORDS.which,
    );
    return [...nodes, h("p", {}, button)];
  }

  const labelled = [];
  const flush = () => {
    if (labelled.length) nodes.push(h("ul", { class: "a2-kc-notes" }, labelled.splice(0)));
  };
  const labelOf = ({ target }) => target && editor.label(target);
  const untold = result.feedback.filter((note) => note.kind !== "right" && !note.text?.length && labelOf(note));
  for (const note of result.feedback) {
    const label = labelOf(note);
    if (untold.includes(note)) {
      if (note === untold[0]) labelled.push(neutralNote(untold.map(labelOf), section));
    } else if (label) {
      const tag = editor.tag?.(note.target, note.kind) ?? ITEM_WORDS.kind[note.kind];
      const head = h("p", {}, markOf(note.kind, `${tag}: `), h("strong", { dir: "auto" }, label));
      labelled.push(h("li", { "data-kind": note.kind }, head, ...richBlocks(note.text)));
    } else {
      flush();
      nodes.push(...richBlocks(note.text));
    }
  }
  flush();
  if (certainty && item.place !== "opening")
    nodes.push(
      h("p", { class: "a2-kc-calibration" }, ITEM_WORDS.calibration[certainty][result.correct ? "right" : "wrong"]),
    );
  return nodes;
}

/**
 * Build a question.
 * @param {Object} setting `item`, `heading` (an element), `name` (id of its title), `announce` (speaks a short text)
 * @returns {{element: HTMLElement, state: () => ?Object}} `state` gives `{attempts, first, last}` once answered
 */
export function buildItem({ item, heading, name, announce, fresh = false }) {
  const stemId = freshId("stem");
  const stem = h("div", { class: "a2-kc-stem" });
  const state = { variant: 0, saved: null };
  const editor = EDITORS[item.type]({
    item,
    labelledby: stemId,
    announce,
    state,
    onedit: markStale,
    onfinish: () => (sure ? askBefore() : check()),
    onjudge: () => check({ again: true }),
  });
  const sure = item.certainty ? certaintyQuestion() : null;
  const status = h("div", { class: "a2-kc-feedback", role: "status", "aria-live": "polite", "aria-atomic": "true" });
  const note = h("p", { class: "a2-kc-hint", hidden: true }, ITEM_WORDS.not_kept);
  const explanation = h("div", { class: "a2-kc-explanation", id: freshId("why"), hidden: true });
  const explain = h(
    "button",
    {
      type: "button",
      class: "a2-button",
      "data-action": "explain",
      "aria-expanded": "false",
      "aria-controls": explanation.id,
      onclick: toggleExplanation,
      hidden: true,
    },
    ITEM_WORDS.show_explanation,
  );
  const another = h(
    "button",
    { type: "button", class: "a2-button", "data-action": "variant", onclick: nextVariant, hidden: true },
    ITEM_WORDS.another,
  );
  const checkButton = h(
    "button",
    { type: "submit", class: "a2-button a2-primary", "data-action": "check", hidden: Boolean(editor.auto) },
    editor.auto ? ITEM_WORDS.see_result : (editor.words?.check ?? ITEM_WORDS.check),
  );
  const form = h(
    "form",
    { novalidate: true, autocomplete: "off", onsubmit: (event) => (event.preventDefault(), check()) },
    stem,
    h("div", { class: "a2-kc-editor" }, editor.element),
    sure?.element,
    h("div", { class: "a2-kc-actions" }, checkButton, editor.actions, explain, another),
  );
  const element = h(
    "div",
    { class: "a2-kc-item", role: "group", "aria-labelledby": name, "data-item-id": item.id, "data-type": item.type },
    heading,
    form,
    status,
    editor.after,
    note,
    explanation,
  );
  const content = () => item.variants?.[state.variant] ?? item;

  function showStem() {
    const paragraphs = richBlocks(content().stem);
    stem.replaceChildren(...paragraphs);
    // The question names the group of fields: the scene before it, or a remark after it, would be too long or untrue.
    (stem.querySelector(".a2-kc-question") ?? stem.lastElementChild)?.setAttribute("id", stemId);
  }

  function markStale() {
    editor.clear();
    if (editor.auto) {
      // The verdict was about a conversation that is no longer there.
      checkButton.hidden = true;
      status.replaceChildren();
      delete status.dataset.kind;
    } else if (status.dataset.kind) status.classList.add("a2-kc-stale");
  }

  /** A conversation has ended: how sure the reader is comes before the verdict. */
  function askBefore() {
    checkButton.hidden = false;
  }

  function showResult(result, { whole = result.correct || item.type !== "multiple" } = {}) {
    editor.clear();
    if (whole) editor.show(result.feedback, result);
    status.classList.remove("a2-kc-stale");
    status.dataset.kind = verdictOf(item, result);
    const onshow = whole ? null : () => (showResult(result, { whole: true }), status.firstChild.scrollIntoView(NEAREST));
    status.replaceChildren(
      ...feedbackNodes(item, editor, result, state.saved, { section: sectionBefore(item, element), onshow }),
    );
    element.dataset.answered = status.dataset.kind;
    explain.hidden = false;
    another.hidden = !(item.variants?.length > 1);
  }

  function say(text) {
    editor.clear();
    status.classList.remove("a2-kc-stale");
    status.dataset.kind = "note";
    status.replaceChildren(h("p", { class: "a2-kc-verdict" }, icon("note"), text));
  }

  /** Mark what is there and keep it; `again`: the reader has only said more of the same answer. */
  function check({ again = false } = {}) {
    const response = editor.read();
    const result = mark(item, response);
    if (result.kind !== "marked") {
      say(fill(ITEM_WORDS.messages[result.message], { unit: item.answer_unit ?? "" }));
      editor.point?.(result.targets);
      status.firstChild.scrollIntoView(NEAREST);
      return;
    }
    const { correct, score } = result;
    const last = { correct, score, ...(item.type === "text" ? { judge: "reader" } : {}) };
    state.saved = {
      response,
      attempts: (state.saved?.attempts ?? 0) + (again && state.saved ? 0 : 1),
      first: state.saved?.first ?? last,
      last,
      certainty: sure?.read() ?? null,
    };
    note.hidden = writeState(item, state.saved);
    if (editor.resume) writeDraft(item, null);
    if (editor.auto) checkButton.hidden = true;
    showResult(result);
    if (!again) status.firstChild.scrollIntoView(NEAREST);
    const detail = {
      itemId: item.id,
      version: item.version,
      outcome: item.outcome,
      response,
      correct,
      score,
      attempt: state.saved.attempts,
      judge: last.judge ?? null,
    };
    element.dispatchEvent(new CustomEvent("ai2med:answered", { bubbles: true, composed: true, detail }));
  }

  function toggleExplanation() {
    explanation.hidden = !explanation.hidden;
    explain.setAttribute("aria-expanded", String(!explanation.hidden));
    explain.textContent = explanation.hidden ? ITEM_WORDS.show_explanation : ITEM_WORDS.hide_explanation;
    if (explanation.hidden) return;
    explanation.replaceChildren(
      h("p", { class: "a2-kc-fieldname" }, ITEM_WORDS.explanation),
      ...richBlocks(content().explanation),
      ...(editor.solution
        ? [h("p", { class: "a2-kc-fieldname" }, ITEM_WORDS.solution[item.type] ?? ITEM_WORDS.solution.other), editor.solution()]
        : []),
      ...(item.valid_on
        ? [h("p", { class: "a2-kc-hint" }, fill(ITEM_WORDS.valid_on, { date: longDate(item.valid_on) }))]
        : []),
    );
  }

  function nextVariant() {
    state.variant = (state.variant + 1) % item.variants.length;
    showStem();
    editor.write("");
    if (!explanation.hidden) toggleExplanation();
    say(ITEM_WORDS.new_version);
    explain.hidden = true;
    another.hidden = true;
    editor.field.focus();
  }

  function restore(saved) {
    state.saved = saved;
    if (item.variants) state.variant = item.variants.findIndex((_, k) => k === saved.response?.variant);
    if (state.variant < 0) throw new Error("no such version");
    editor.write(saved.response);
    const result = mark(item, editor.read());
    if (result.kind !== "marked") throw new Error("no longer an answer");
    sure?.write(saved.certainty);
    showResult(result);
  }

  const saved = fresh ? null : readState(item);
  try {
    if (saved) restore(saved);
  } catch {
    // Another program wrote this entry, or the question changed without a new version: start afresh.
    forgetItem(item);
    return buildItem({ item, heading, name, announce, fresh: true });
  }
  showStem();
  const draft = editor.resume ? readDraft(item) : null;
  if (draft !== null) {
    editor.resume(draft);
    markStale();
  }
  return { element, state: () => state.saved };
}
