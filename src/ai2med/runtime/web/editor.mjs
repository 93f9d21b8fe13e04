/** The editor of a cell: CodeMirror, or a plain text area where it cannot be loaded. */
import { h } from "./dom.mjs";

/**
 * @param {{code: string, label: string, help: string, onchange: Function, onrun: Function, onleave: Function}} options
 * @returns {Promise<{element: HTMLElement, get: Function, set: Function, focus: Function, mark: Function}>}
 */
export async function makeEditor(options) {
  try {
    return codeEditor(await import("./vendor/codemirror.mjs"), options);
  } catch (error) {
    console.warn("The code editor could not be loaded; a plain one takes its place.", error);
    return plainEditor(options);
  }
}

function codeEditor(cm, { code, label, help, onchange, onrun, onleave }) {
  const setMark = cm.StateEffect.define();
  const line = cm.Decoration.line({ class: "live-error-line" });
  const marks = cm.StateField.define({
    create: () => cm.Decoration.none,
    update(value, transaction) {
      for (const effect of transaction.effects)
        if (effect.is(setMark)) value = effect.value === null ? cm.Decoration.none : cm.Decoration.set([line.range(effect.value)]);
      return transaction.docChanged ? cm.Decoration.none : value;
    },
    provide: (field) => cm.EditorView.decorations.from(field),
  });
  const run = () => {
    onrun();
    return true;
  };
  const leave = () => {
    onleave();
    return true;
  };
  const keys = [
    { key: "Shift-Enter", run },
    { key: "Mod-Enter", run },
    { key: "Escape", run: leave },
    ...cm.closeBracketsKeymap,
    ...cm.defaultKeymap.filter((binding) => binding.key !== "Escape"),
    ...cm.historyKeymap,
    cm.indentWithTab,
  ];
  const view = new cm.EditorView({
    state: cm.EditorState.create({
      doc: code,
      extensions: [
        cm.lineNumbers(),
        cm.highlightSpecialChars(),
        cm.history(),
        cm.indentOnInput(),
        cm.indentUnit.of("    "),
        cm.bracketMatching(),
        cm.closeBrackets(),
        cm.python(),
        cm.syntaxHighlighting(cm.classHighlighter),
        marks,
        cm.keymap.of(keys),
        cm.EditorState.tabSize.of(4),
        cm.EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": help, spellcheck: "false", tabindex: "0" }),
        cm.EditorView.updateListener.of((update) => update.docChanged && onchange(update.state.doc.toString())),
      ],
    }),
  });
  return {
    element: view.dom,
    get: () => view.state.doc.toString(),
    set: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
    /** Mark a line, counted from 1; null takes the mark away. */
    mark(number) {
      const there = number !== null && number >= 1 && number <= view.state.doc.lines;
      view.dispatch({ effects: setMark.of(there ? view.state.doc.line(number).from : null) });
    },
    goTo(number) {
      const place = view.state.doc.line(Math.min(Math.max(number, 1), view.state.doc.lines));
      view.dispatch({ selection: { anchor: place.from }, scrollIntoView: true });
      view.focus();
    },
  };
}

function plainEditor({ code, label, help, onchange, onrun, onleave }) {
  const area = h("textarea", {
    class: "live-plain-editor",
    "aria-label": label,
    "aria-describedby": help,
    spellcheck: "false",
    autocapitalize: "off",
    rows: Math.min(30, code.split("\n").length + 1),
    oninput: () => onchange(area.value),
    onkeydown(event) {
      if (event.key === "Escape") onleave();
      else if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) onrun();
      else return;
      event.preventDefault();
    },
  });
  area.value = code;
  const goTo = (number) => {
    const lines = area.value.split("\n");
    const start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[number - 1]?.length ?? 0));
  };
  return {
    element: area,
    get: () => area.value,
    set(text) {
      area.value = text;
      onchange(text);
    },
    focus: () => area.focus(),
    destroy() {},
    mark() {},
    goTo,
  };
}
