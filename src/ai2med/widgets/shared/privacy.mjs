/** What a place to type in says about privacy, and how it hears that what was typed is to be forgotten. */
import { h } from "./ui.mjs";
import { WORDS } from "./words_privacy.mjs";

const PRIVACY_WORDS = WORDS;

/** The way to "Your data", on a page of the book; null in a notebook, which has no such page. */
export function yourData() {
  const root = document.documentElement.dataset.content_root;
  return root === undefined ? null : h("a", { href: `${root}your_data.html` }, PRIVACY_WORDS.your_data);
}

/** The line beside fields that take text: what it says is true on a page, and in a notebook where cells go elsewhere. */
export function privacyNote() {
  const link = yourData();
  return h("p", { class: "a2-note a2-privacy" }, link ? PRIVACY_WORDS.page : PRIVACY_WORDS.notebook, " ", link);
}

/**
 * Call back when a stored entry has been erased, by "Your data" or in another tab.
 * @param {(key: ?string) => boolean} mine whether a key is that of an entry which is shown
 * @returns {() => void} stops listening
 */
export function onErased(mine, callback) {
  const heard = ({ key, newValue }) => newValue === null && (key === null || mine(key)) && callback();
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}
