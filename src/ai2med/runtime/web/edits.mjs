/**
 * The text of one cell as the browser keeps it. Two tabs may show the same cell: what was typed in either is kept, and
 * neither replaces the other's unseen.
 */
import { onEntry, parseEdit, rawEdit, writeEdit } from "./store.mjs";

export class KeptText {
  /**
   * @param {string} key of the cell
   * @param {string} original its text in the book
   * @param {string} version of the book
   * @param {{follow: (text: string) => void, differ: () => void, erased: () => void}} tell what another tab has done:
   *   it typed where this one did not; both did; all that was kept of the cell is gone
   */
  constructor(key, original, version, tell) {
    Object.assign(this, { key, original, version, tell });
    this.raw = rawEdit(key);
    const found = parseEdit(this.raw, original);
    this.text = found?.current ? found.code : original;
    this.other = found?.current ? found.other : null;
    /** An edit of a cell that the book has changed since. */
    this.older = found && !found.current ? found.code : null;
    this.typed = false;
    this.deaf = onEntry(key, (raw) => this.hear(raw));
  }

  /** Keep a text; false when the browser does not keep it. */
  keep(text) {
    // A tab that slept, or came back by Back, was not told what another has kept meanwhile.
    const now = rawEdit(this.key);
    const found = now !== this.raw && parseEdit(now, this.original);
    if (found?.current && found.code !== this.text) {
      this.other = found.code;
      this.tell.differ();
    }
    this.typed ||= text !== this.text;
    this.text = text;
    return this.write(text, this.other);
  }

  write(code, other) {
    const raw = writeEdit(this.key, this.original, { code, other }, this.version);
    if (raw !== undefined) this.raw = raw;
    return raw !== undefined;
  }

  hear(raw) {
    if (raw === null) {
      Object.assign(this, { raw, text: this.original, other: null, older: null, typed: false });
      return this.tell.erased();
    }
    const found = parseEdit(raw, this.original);
    if (!found?.current) return;
    this.raw = raw;
    if (found.code === this.text) {
      this.other = found.other;
      if (this.other !== null) this.tell.differ();
    } else if (!this.typed) {
      this.text = found.code;
      this.other = found.other;
      this.tell.follow(this.text);
    } else {
      // The later text stands first; the one of this tab stands beside it.
      this.other = found.code;
      this.write(found.code, this.text);
      this.tell.differ();
    }
  }

  /** Change places with the other text, and return it. */
  swap() {
    [this.text, this.other] = [this.other, this.text];
    this.write(this.text, this.other);
    return this.text;
  }

  /** Keep only the text that is shown. */
  forgetOther() {
    this.other = null;
    this.write(this.text, null);
  }
}
