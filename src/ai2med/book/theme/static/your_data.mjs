/** "Your data": what this browser keeps, to see, to save and to erase; and the erasing of what one page keeps. */

// The addresses carry the versions of the files: a browser must not mix modules of two versions.
import * as kept from "./kept.mjs{v:kept.mjs}";
import * as back from "./load_back.mjs{v:load_back.mjs}";
import { STRINGS } from "./your_data_en.mjs{v:your_data_en.mjs}";

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function sizeText(bytes) {
  const [unit, value] = bytes < 1e6 ? ["kb", bytes / 1e3] : ["mb", bytes / 1e6];
  return fill(STRINGS[unit], { n: value < 10 ? value.toFixed(1) : Math.round(value) });
}

function countText(kind, n) {
  if (n === null) return STRINGS.count.unknown;
  return n ? fill(STRINGS.count[kind][n === 1 ? 0 : 1], { n }) : STRINGS.count.none;
}

/** Ask before anything is erased; Escape and the first button keep it. */
function confirmed([question, explained]) {
  const answer = (value, text, className) => make("button", { value, textContent: text, className });
  const title = make("h2", { id: "erase-question", textContent: question });
  const no = answer("no", STRINGS.no, "a2-button");
  const yes = answer("yes", STRINGS.yes, "a2-button erase-yes");
  const text = make("p", { id: "erase-explained" }, explained, " ", STRINGS.not_undone);
  const form = make("form", { method: "dialog" }, title, text, make("p", { className: "your-data-buttons" }, no, yes));
  const dialog = make("dialog", { className: "erase-dialog" }, form);
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.setAttribute("aria-describedby", text.id);
  document.body.append(dialog);
  dialog.showModal();
  no.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

/** How much of each kind some keys are. */
function amounts(chosen) {
  const parts = Object.entries(kept.KINDS).flatMap(([kind, prefix]) => {
    const n = chosen.filter((key) => key.startsWith(prefix)).length;
    return n ? [`${STRINGS.kinds[kind].toLowerCase()} (${countText(kind, n)})`] : [];
  });
  return parts.join(", ");
}

function inWords(chosen) {
  return chosen.length ? fill(STRINGS.erased, { what: amounts(chosen) }) : STRINGS.nothing;
}

/** Erase what was typed and chosen on the page in the window, after a question. */
export async function erasePage(button) {
  if (!(await confirmed(STRINGS.sure.page))) return;
  const chosen = kept.keysOfPage();
  kept.eraseKeys(chosen);
  // What is typed but not kept, because it was not checked yet or the storage is full, goes too.
  dispatchEvent(new StorageEvent("storage", { key: null }));
  button.parentElement.querySelector('[role="status"]').textContent = inWords(chosen);
}

async function orUnknown(counting) {
  try {
    return await counting;
  } catch {
    return null;
  }
}

/** The list of what is kept, drawn anew. */
async function drawList(list, total) {
  const row = (kind, text) => {
    const cell = make("td", { textContent: text });
    cell.dataset.kept = kind;
    return make("tr", {}, make("th", { scope: "row", textContent: STRINGS.kinds[kind] }), cell);
  };
  const typed = Object.entries(kept.KINDS).map(([kind, prefix]) => [kind, kept.keys(prefix)]);
  const other = kept.keys().filter((key) => !typed.some(([, found]) => found.includes(key)));
  const rows = [...typed, ["settings", other]].map(([kind, found]) => {
    const count = countText(kind, found.length);
    return row(kind, found.length ? fill(STRINGS.sized, { count, size: sizeText(kept.bytesOf(found)) }) : count);
  });
  const listed = globalThis.indexedDB?.databases ? kept.notebooks().then(({ length }) => length) : null;
  const counting = [listed, kept.offlineFiles(), kept.bytesOfAddress()];
  const [books, files, bytes] = await Promise.all(counting.map(orUnknown));
  rows.push(row("notebooks", countText("notebooks", books)), row("offline", countText("offline", files)));
  list.replaceChildren(...rows);
  total.textContent = bytes ? fill(STRINGS.total, { size: sizeText(bytes) }) : "";
}

function save(content, name) {
  const address = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Load a file that was saved here, on this device or another; what was done with it, in words. */
async function loadBack(file) {
  const { loading } = STRINGS;
  let found;
  try {
    found = await back.readFile(file);
  } catch (error) {
    return loading[error.message] ?? loading.unreadable;
  }
  const done = back.merge(found.entries);
  const told = done.loaded.length ? [fill(loading.loaded, { what: amounts(done.loaded) })] : [];
  try {
    await back.keepNotebooks(found.notebooks);
    if (found.notebooks.length) told.push(fill(loading.notebooks, { n: found.notebooks.length }));
  } catch {
    told.push(loading.failed);
  }
  if (!told.length) told.push(loading.nothing);
  for (const [name, n] of Object.entries({ ...done, odd: found.odd }))
    if (n > 0) told.push(fill(loading[name], { n }));
  return told.join(" ");
}

/** Whether the browser keeps all this, and a way to ask for it. */
async function drawKeeping(room, say) {
  const { keeping } = STRINGS;
  const promised = await kept.keptForGood().catch(() => null);
  if (promised) return room.replaceChildren(keeping.promised);
  const ask = make("button", { type: "button", className: "a2-button", textContent: keeping.ask });
  ask.dataset.action = "keep";
  ask.addEventListener("click", async () => {
    const answer = await kept.keepForGood(true).catch(() => false);
    await say(answer ? keeping.promised : keeping.refused);
    await drawKeeping(room, say);
  });
  room.replaceChildren(keeping.open, ...(promised === null ? [] : [" ", ask]));
}

/** The reader's choice when Python is loaded; it holds at once. */
function pythonChoice(say) {
  const { dataset } = document.documentElement;
  const box = make("input", { type: "checkbox", id: "python-ahead", checked: dataset.python === kept.PYTHON.ready });
  box.setAttribute("aria-describedby", "python-ahead-note");
  box.addEventListener("change", () => {
    dataset.python = box.checked ? kept.PYTHON.ready : kept.PYTHON.asked;
    say(kept.write(kept.PYTHON.key, dataset.python) ? "" : STRINGS.not_kept);
  });
  return make(
    "div",
    { className: "your-data-choice" },
    box,
    make("label", { htmlFor: box.id, textContent: STRINGS.python }),
    make("p", { id: "python-ahead-note", textContent: STRINGS.python_note }),
  );
}

/** The reader's choice for the code of all pages. */
function codeChoice(say) {
  const options = Object.entries(STRINGS.code_options).map(([value, textContent]) => make("option", { value, textContent }));
  const list = make("select", { id: "code-layer" }, ...options);
  list.value = kept.read(kept.CODE) ?? "";
  list.addEventListener("change", () => {
    if (list.value) document.documentElement.dataset.code = list.value;
    else delete document.documentElement.dataset.code;
    say(kept.write(kept.CODE, list.value || null) ? "" : STRINGS.not_kept);
  });
  return make("p", { className: "your-data-code" }, make("label", { htmlFor: list.id, textContent: STRINGS.code }), list);
}

/** Bring the page's own part to life. */
export async function show(room) {
  const status = make("p", { className: "your-data-status" });
  status.setAttribute("role", "status");
  if (!kept.storageWorks()) {
    room.replaceChildren(status);
    status.textContent = STRINGS.blocked;
    return;
  }
  const list = make("tbody");
  const total = make("p");
  let waiting = null;
  // Many keys that go at once are one change.
  const draw = () => (waiting ??= Promise.resolve().then(() => ((waiting = null), drawList(list, total))));
  const say = (text) => {
    status.textContent = text;
    return draw();
  };
  const button = (action, act) => {
    const made = make("button", { type: "button", className: "a2-button", textContent: STRINGS[action], onclick: act });
    made.dataset.action = action;
    return made;
  };
  const erase = (kind, prefixes) => async () => {
    if (!(await confirmed(STRINGS.sure[kind]))) return;
    const chosen = prefixes.flatMap((prefix) => kept.keys(prefix));
    kept.eraseKeys(chosen);
    say(inWords(chosen));
  };
  const download = async () => {
    const name = `ai2med-${new Date().toISOString().slice(0, 10)}.json`;
    const content = { book: "AI2MED", format: 2, made: new Date().toISOString(), ...(await kept.everythingTyped()) };
    save(JSON.stringify(content, null, 2), name);
    say(fill(STRINGS.downloaded, { name }));
  };
  const file = make("input", { type: "file", accept: ".json,application/json", hidden: true });
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (chosen) await say(await loadBack(chosen));
    // The same file can be chosen again.
    file.value = "";
  });
  const eraseAll = async () => {
    if (!(await confirmed(STRINGS.sure.everything))) return;
    const before = [...list.querySelectorAll("tr")].filter((row) => /\d/.test(row.cells[1].textContent));
    const what = before.map((row) => row.cells[0].textContent.toLowerCase()).join(", ") || STRINGS.all_kept;
    const left = (await kept.eraseEverything()).map((name) => STRINGS.left[name]);
    if (!globalThis.indexedDB?.databases) left.push(STRINGS.left.unlisted);
    python.querySelector("input").checked = false;
    document.documentElement.dataset.python = kept.PYTHON.asked;
    code.querySelector("select").value = "";
    say(left.length ? [...left, STRINGS.left.elsewhere].join(" ") : fill(STRINGS.erased_everything, { what }));
  };
  const python = pythonChoice(say);
  const code = codeChoice(say);
  const eraseButtons = [
    button("erase_answers", erase("answers", [kept.KINDS.answers, kept.KINDS.texts, kept.KINDS.places])),
    button("erase_code", erase("code", [kept.KINDS.code, kept.KINDS.tasks])),
    button("erase_everything", eraseAll),
  ];
  const keeping = make("p", { className: "your-data-keeping" });
  room.replaceChildren(
    make("div", { className: "table-box" }, make("table", {}, make("caption", {}, STRINGS.caption), list)),
    total,
    keeping,
    make("div", { className: "your-data-buttons" }, button("download", download), button("load", () => file.click()), file),
    make("div", { className: "your-data-buttons" }, ...eraseButtons),
    status,
    python,
    code,
  );
  // Another tab of the book may be in use meanwhile.
  for (const event of ["storage", "focus"]) addEventListener(event, () => room.isConnected && draw());
  await Promise.all([draw(), drawKeeping(keeping, say)]);
}
