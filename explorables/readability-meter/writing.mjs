/** A text that the reader writes. It is kept in this browser and goes nowhere else: not to a kernel, not into a link. */
import { freshId, h, mount } from "#kit";
import { onErased, privacyNote } from "#privacy";

const LONGEST = 20000;

/** What was written under a key. Storage can be full, closed or someone else's: then nothing is kept. */
function storeOf(key) {
  const name = `ai2med:meter:1:${key}`;
  const guarded = (action) => {
    try {
      return action();
    } catch {
      return null;
    }
  };
  return {
    name,
    read() {
      const text = guarded(() => JSON.parse(localStorage.getItem(name))?.text);
      return typeof text === "string" ? text.slice(0, LONGEST) : undefined;
    },
    keep: (text, first) => guarded(() => (text === first ? localStorage.removeItem(name) : localStorage.setItem(name, JSON.stringify({ text })))),
  };
}

/** As a control of one's own: `{ own: writing, label, value, key }`. */
export const writing = {
  isPrivate: true,
  start: (spec) => spec.value,
  opens: (spec) => storeOf(spec.key).read(),
  accept: (_spec, value) => (typeof value === "string" ? value.slice(0, LONGEST) : undefined),
  say: (_spec, value) => value,
  make(spec, set) {
    const id = freshId("writing");
    const store = storeOf(spec.key);
    const note = privacyNote();
    note.id = `${id}-note`;
    let undone = null;
    const change = (text) => {
      undone = null;
      store.keep(text, spec.value);
      set(text);
      back.hidden = true;
    };
    const box = mount(h("textarea", { id, rows: 8, maxlength: LONGEST, "aria-describedby": note.id, spellcheck: "true", oninput: () => change(box.value) }));
    // Starting again must not cost anyone their text.
    const back = mount(h("button", { type: "button", class: "a2-button", hidden: true, onclick: () => {
      box.value = undone;
      box.focus();
      change(undone);
    } }, spec.back));
    const element = mount(h("div", { class: "a2-writing" }, h("label", { for: id }, h("strong", {}, spec.label))));
    element.append(box, note, back);
    return {
      element,
      update(value) {
        if (value === box.value) return;
        undone = box.value || null;
        back.hidden = !undone;
        box.value = value;
        store.keep(value, spec.value);
      },
      stop: onErased((key) => key === store.name, () => change((box.value = spec.value))),
    };
  },
};
