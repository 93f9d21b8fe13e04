/** One live cell: its buttons, its editor, its output and what it tells. */
import { announce } from "./announce.mjs";
import { fill, freshId, h } from "./dom.mjs";
import { KeptText } from "./edits.mjs";
import { makeEditor } from "./editor.mjs";
import { makeForm, settings, withValue } from "./forms.mjs";
import { makeOutputs } from "./outputs.mjs";
import { chooseAhead, mayChooseAhead } from "./store.mjs";
import { STRINGS } from "./strings_en.mjs";
import { hint, solution } from "./tasks.mjs";

const YOUR_DATA = new URL("../../../your_data.html", import.meta.url).href;

export class Cell {
  /**
   * @param {HTMLElement} element the `<live-cell>`
   * @param {string} version of the book, kept with edits
   * @param {{run: Function, stop: Function, check: Function, host: Function, whole: Function}} page what the page does for a cell
   */
  constructor(element, version, page) {
    this.element = element;
    this.version = version;
    this.page = page;
    this.index = Number(element.dataset.index);
    this.number = Number(element.dataset.number);
    // A task that is not solved yet, or a cell that shows an error on purpose, keeps no later cell from running.
    this.mayFail = Boolean(element.dataset.check || element.dataset.raises);
    this.source = element.querySelector(".cell_input");
    this.original = this.source.querySelector("pre").textContent.replace(/\n$/, "");
    this.session = 0;
    this.ranCode = null;
    this.editor = null;
    this.gone = false;
    this.lines = null;
    this.kept = new KeptText(element.dataset.key, this.original, version, {
      follow: (text) => this.follow(text),
      differ: () => this.offerOther(),
      erased: () => this.erased(),
    });
    this.code = this.kept.text;
    this.build();
  }

  get state() {
    return this.element.dataset.state;
  }

  get busy() {
    return this.state === "running" || this.state === "loading";
  }

  build() {
    const bar = this.element.querySelector(".live-bar");
    this.buttons = {};
    for (const made of bar.querySelectorAll("button[data-action]")) this.take(made);
    for (const action of ["stop", "reset"]) {
      const made = h("button", { type: "button", class: "a2-button", "data-action": action }, STRINGS[action]);
      this.take(made);
      this.buttons.edit.after(made);
    }
    this.buttons.stop.hidden = true;
    this.background = h("span", { class: "live-note live-background" });
    bar.append(h("span", { class: "live-label" }, fill(STRINGS.cell, { n: this.number })), this.background);
    this.status = h("p", { class: "live-status" });
    this.bar = h("progress", { class: "live-progress", hidden: true, "aria-label": STRINGS.loading });
    this.notes = h("div", { class: "live-notes" });
    bar.after(this.status, this.bar, this.notes);
    this.stored = [...this.element.querySelectorAll(".cell_output")].find((one) => !one.closest(".task-help")) ?? null;
    this.room = h("div", { class: "cell_output live-output", hidden: true });
    this.feedback = h("div", { class: "cell_output live-feedback", hidden: true });
    if (this.stored) this.stored.after(this.room, this.feedback);
    else this.notes.after(this.room, this.feedback);
    this.showButtons();
  }

  take(button) {
    button.dataset.taken = "true";
    button.addEventListener("click", () => this.act(button.dataset.action));
    this.buttons[button.dataset.action] = button;
  }

  act(action) {
    const acts = {
      run: () => this.open(false).then(() => this.page.run(this)),
      "run-all": () => this.page.runAll(this),
      stop: () => this.page.stop(this),
      edit: () => this.open(true),
      reset: () => this.reset(),
      check: () => this.open(false).then(() => this.page.check(this)),
      hint: () => hint(this),
      solution: () => solution(this),
    };
    return acts[action]();
  }

  setState(state) {
    this.element.dataset.state = state;
    this.showButtons();
  }

  showButtons() {
    const { busy } = this;
    const focused = document.activeElement;
    this.buttons.stop.hidden = !busy;
    this.buttons.run.hidden = busy;
    this.buttons.edit.hidden = Boolean(this.editor);
    this.buttons.reset.hidden = this.code === this.original && this.room.hidden;
    // The focus must not fall off a button that goes.
    if (busy && focused === this.buttons.run) this.buttons.stop.focus();
    if (!busy && focused === this.buttons.stop) this.buttons.run.focus();
  }

  /**
   * Say something below the cell and to screen readers; with a download, show how far it is.
   * @param {string} text
   * @param {?Object} progress of a start of Python
   * @param {boolean} passing whether more will be said soon
   */
  say(text, progress = null, passing = this.busy) {
    const downloading = progress?.phase === "download" && progress.total;
    this.bar.hidden = !downloading;
    if (downloading) {
      this.bar.max = progress.total;
      this.bar.value = Math.min(progress.loaded, progress.total);
    }
    this.status.textContent = text;
    announce(text, { passing: passing || this.page.whole() });
  }

  hintAt(text) {
    this.background.textContent = text;
  }

  end(state, text) {
    this.setState(state);
    this.say(text);
    return state === "done";
  }

  /** Turn the stored source into an editor. */
  async open(focus) {
    if (!this.editor) {
      this.opening ??= this.makeEditor();
      await this.opening;
    }
    const fold = this.source.closest("details");
    if (fold && focus) fold.open = true;
    if (focus) this.editor.focus();
  }

  async makeEditor() {
    const help = freshId("help");
    const editor = await makeEditor({
      code: this.code,
      label: fill(STRINGS.editor, { n: this.number }),
      help,
      onchange: (text) => this.changed(text),
      onrun: () => this.act("run"),
      onleave: () => (this.buttons.run.hidden ? this.buttons.stop : this.buttons.run).focus(),
    });
    if (this.gone) editor.destroy();
    this.editor = editor;
    this.keeping = h("span", { class: "live-keeping" });
    this.privacy = h("p", { class: "live-note live-privacy" }, STRINGS.privacy, " ", h("a", { href: YOUR_DATA }, STRINGS.your_data));
    if (!this.formRoom) {
      // Settings are changed also where the code is folded.
      this.formRoom = h("div");
      (this.source.closest("details") ?? this.source).before(this.formRoom);
    }
    this.source.replaceChildren(
      h("div", { class: "live-editor" }, editor.element),
      h("p", { class: "live-note" }, h("span", { id: help }, STRINGS.editor_help), " ", this.keeping),
    );
    this.showForm();
    if (this.kept.older !== null) this.offerOlder();
    if (this.kept.other !== null) this.offerOther();
    this.showButtons();
  }

  showForm() {
    const found = settings(this.code);
    const names = JSON.stringify(found.map(({ name, kind }) => [name, kind]));
    if (names === this.formNames) {
      this.form?.update(found);
      return;
    }
    this.formNames = names;
    this.form = makeForm(found, this.number, (name, value) => {
      this.editor.set(withValue(this.editor.get(), name, value));
    });
    this.formRoom.replaceChildren(...(this.form ? [this.privacy, this.form.element] : []));
    if (!this.form) this.source.prepend(this.privacy);
  }

  offerOlder() {
    this.offer(STRINGS.older_edit, [STRINGS.show_older, () => this.editor.set(this.kept.older)]);
  }

  /** There are two texts of this cell: each stays until the reader has chosen. */
  offerOther() {
    const other = [STRINGS.show_other, () => (this.show(this.kept.swap()), this.offerOther())];
    this.offer(STRINGS.other_edit, other, [STRINGS.keep_mine, () => this.kept.forgetOther()]);
  }

  /** What was typed in another tab, where nothing was typed in this one. */
  follow(text) {
    this.show(text);
    this.offer(STRINGS.followed);
    if (this.kept.other !== null) this.offerOther();
  }

  show(text) {
    if (this.editor) this.editor.set(text);
    else this.changed(text);
    this.open(false);
  }

  /** Say something about the text, with buttons; each takes the offer away and does what it says. */
  offer(text, ...choices) {
    this.offered?.remove();
    const buttons = choices.map(([label, act]) =>
      h("button", { type: "button", class: "a2-button", onclick: () => (this.offered.remove(), act(), this.editor?.focus()) }, label),
    );
    this.offered = h("p", { class: "live-note live-offer" }, text, ...buttons.flatMap((button) => [" ", button]));
    this.notes.append(this.offered);
  }

  changed(text) {
    this.code = text;
    const kept = this.kept.keep(text);
    if (this.editor) {
      this.keeping.textContent = kept ? "" : STRINGS.not_kept;
      this.showForm();
    }
    this.showButtons();
  }

  /** The page with this cell has been left: nothing of it runs or listens any more. */
  leave() {
    this.gone = true;
    this.kept.deaf();
    this.cancelled = true;
    this.editor?.destroy();
  }

  /** The original code and the stored output. */
  reset() {
    if (this.editor) this.editor.set(this.original);
    else this.changed(this.original);
    this.clear();
    this.editor?.mark(null);
    this.buttons.run.focus();
  }

  clear() {
    // What ran was another code: this one runs before the next cell does.
    this.session = 0;
    this.room.replaceChildren();
    this.room.hidden = true;
    this.feedback.replaceChildren();
    this.feedback.hidden = true;
    if (this.stored) this.stored.hidden = false;
    this.setState("idle");
    this.say(STRINGS.status.reset);
  }

  /** What a reader typed has been erased: the original comes back, in a new editor that can undo nothing. */
  erased() {
    this.offered?.remove();
    if (this.code === this.original) return;
    this.code = this.original;
    if (this.editor) {
      this.editor.destroy();
      this.editor = this.opening = this.formNames = null;
      this.open(false);
    }
    this.clear();
  }

  /**
   * Run this cell's code in Python.
   * @param {Object} python
   * @param {{earlier: boolean}} how an earlier cell that is as it was built need not draw its output again
   */
  async execute(python, { earlier }) {
    const code = this.code;
    const quiet = earlier && code === this.original;
    this.editor?.mark(null);
    const room = h("div");
    const outputs = makeOutputs(room, this.context(code));
    let shown = false;
    const ended = await python.run({
      code,
      name: `Cell ${this.number}`,
      quiet,
      onoutput: (output) => {
        if (!shown) this.showRoom(room);
        shown = true;
        outputs.show(output);
      },
    });
    if (!quiet && !shown) this.showRoom(room);
    this.silent = outputs.empty;
    if (ended.lost || ended.crashed) return ended;
    this.session = python.session;
    this.ranCode = code;
    if (!ended.ok && ended.line) this.editor?.mark(ended.line);
    if (earlier) this.setState(ended.ok ? "done" : "error");
    return ended;
  }

  showRoom(room) {
    if (this.stored) this.stored.hidden = true;
    this.room.replaceChildren(room);
    this.room.hidden = false;
    this.feedback.hidden = true;
  }

  context(code) {
    const figures = code === this.original ? this.storedFigures() : [];
    return {
      figures,
      host: this.page.host,
      goTo: (line) => this.open(true).then(() => this.editor.goTo(line)),
      checked: (detail) => this.element.dispatchEvent(new CustomEvent("ai2med:checked", { detail, bubbles: true })),
    };
  }

  /** What the page says of the figures that this cell makes. */
  storedFigures() {
    return [...(this.stored?.querySelectorAll("img") ?? [])].map((image) => {
      const caption = image.closest("figure")?.querySelector("figcaption")?.cloneNode(true) ?? null;
      caption?.querySelector(".headerlink")?.remove();
      return { alt: image.alt, caption };
    });
  }

  /** The place for the answer of a check, emptied. */
  feedbackRoom() {
    this.feedback.replaceChildren();
    this.feedback.hidden = false;
    return makeOutputs(this.feedback, this.context(this.code));
  }

  /** Ask before the first download on a connection that is to be spared. */
  askFirst(mb) {
    return new Promise((resolve) => {
      const answer = (yes) => () => {
        gate.remove();
        resolve(yes);
        if (!yes) this.buttons.run.focus();
      };
      const load = h("button", { type: "button", class: "a2-button a2-primary", "data-action": "download", onclick: answer(true) }, fill(STRINGS.gate.download, { mb }));
      const no = h("button", { type: "button", class: "a2-button", "data-action": "decline", onclick: answer(false) }, STRINGS.gate.no);
      const gate = h("div", { class: "live-gate" }, h("p", {}, fill(STRINGS.gate.metered, { mb })), h("div", { class: "live-row" }, load, no));
      this.notes.replaceChildren(gate);
      load.focus();
    });
  }

  /** Offer, until the reader has chosen, to load Python ahead from now on. */
  offerAhead() {
    if (document.querySelector(".live-ahead") || !mayChooseAhead()) return;
    const box = h("input", { type: "checkbox", onchange: () => chooseAhead(box.checked) });
    this.notes.append(h("p", { class: "live-note live-ahead" }, h("label", {}, box, " ", STRINGS.ahead)));
  }

  /** Say why Python does not run here, and where else the code can run. */
  showFailure(reason, retry = null) {
    // JupyterLite, which the page offers as well, would meet the same obstacle.
    const links = [...document.querySelectorAll('.unit-actions a[href*="mybinder"], .unit-actions a[href*="_static/notebooks/"]')];
    const again = h("button", { type: "button", class: "a2-button", "data-action": "retry" }, STRINGS.failure.retry);
    again.addEventListener("click", () => {
      this.notes.replaceChildren();
      retry();
    });
    this.notes.replaceChildren(
      h(
        "div",
        { class: "live-failure", role: "alert" },
        h("p", {}, h("strong", {}, STRINGS.failure.title), " ", reason),
        h("p", {}, STRINGS.failure.elsewhere),
        h("ul", {}, ...links.map((link) => h("li", {}, link.cloneNode(true)))),
        retry ? again : null,
      ),
    );
    this.end("error", "");
  }
}
