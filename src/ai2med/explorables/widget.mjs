/** An explorable alive: controls, redrawn views, spoken text, presets, a new start, a link to every state. */
import { h, mount } from "./element.mjs";
import { controlKind, controlOf } from "./controls.mjs";
import { ready, viewFrame } from "./explorable.mjs";
import { figureOf, htmlOf, isFigure } from "./views.mjs";
import { WORDS } from "./words.mjs";

/** Spoken only when the reader pauses: a slider that moves must not flood a screen reader. */
const PAUSE = 500;

/** A text that screen readers speak when it changes, once the changes have come to rest. */
function liveText(className, first) {
  const element = mount(h("p", { class: className, role: "status", "aria-live": "polite" }, first));
  let timer;
  return {
    element,
    say(text) {
      clearTimeout(timer);
      if (element.textContent !== text) timer = setTimeout(() => (element.textContent = text), PAUSE);
    },
    stop: () => clearTimeout(timer),
  };
}

const written = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));

/** A value as `written` wrote it; whether it fits is up to its control. */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** States in the address of the page: `#threshold-explorer:threshold=0.2&beds=28`. */
function deepLinks(name, el, made) {
  // A notebook has no page whose address could hold a state.
  if (document.documentElement.dataset.content_root === undefined) return null;
  // Asked each time: the host puts the element into the page after it was made.
  const key = () => {
    const alike = [...document.querySelectorAll(`[data-widget="${CSS.escape(name)}"]`)];
    const place = alike.findIndex((each) => each.contains(el)) + 1;
    return place > 1 ? `${name}.${place}` : name;
  };
  return {
    read() {
      const [found, values] = location.hash.slice(1).split(/:(.*)/s);
      if (found !== key() || values === undefined) return null;
      const given = [...new URLSearchParams(values)].filter(([control]) => control in made.shared(made.start));
      return Object.fromEntries(given.map(([control, text]) => [control, read(text)]));
    },
    write(state) {
      const moved = Object.entries(made.shared(state)).filter(([control, value]) => written(value) !== written(made.start[control]));
      return `#${key()}:${new URLSearchParams(moved.map(([control, value]) => [control, written(value)]))}`;
    },
  };
}

/** One view on the page: drawn again when numbers or width change; what is unfolded stays so. */
function liveView(name, id, context) {
  const element = mount(h("div", { class: "a2-view", "data-view": name }));
  let [spec, numbers, width, at] = [null, null, 0, null];
  const draw = () => {
    if (!spec) return;
    let body;
    if (isFigure(spec)) {
      const figure = width < 40 ? null : figureOf(spec, width, id, numbers);
      at = figure?.at;
      body = h("div", { class: "a2-plot", "data-move": spec.move }, figure?.svg);
    } else body = htmlOf(spec, numbers, context.change);
    const isOpen = element.querySelector("details")?.open;
    const focused = document.activeElement?.tagName === "SUMMARY" && element.contains(document.activeElement);
    const frame = mount(viewFrame(spec, body));
    // The view is the cell of the grid; its frame lies inside.
    element.classList.toggle("a2-wide", frame.classList.contains("a2-wide"));
    element.style.gridRow = frame.style.gridRow;
    frame.style.gridRow = "";
    const details = frame.querySelector("details");
    if (details && isOpen) details.open = true;
    element.replaceChildren(frame);
    if (focused) details?.querySelector("summary").focus();
  };
  const follow = (event) => {
    const svg = element.querySelector("[data-move] svg");
    if (!spec?.move || !at || !svg || !(event.buttons & 1)) return;
    const box = svg.getBoundingClientRect();
    const scale = width / box.width;
    context.move(spec.move, at((event.clientX - box.left) * scale, (event.clientY - box.top) * scale));
    event.preventDefault();
  };
  element.addEventListener("pointerdown", follow);
  element.addEventListener("pointermove", follow);
  return {
    element,
    resize(next) {
      if (next === width) return;
      width = next;
      draw();
    },
    show(nextSpec, nextNumbers) {
      [spec, numbers] = [nextSpec, nextNumbers];
      element.hidden = !spec;
      draw();
    },
  };
}

/** Tell views their width; drawing inside the callback would change the height that is being observed. */
function watchWidths(views) {
  const waiting = new Map();
  let frame = 0;
  const observer = new ResizeObserver((entries) => {
    for (const entry of entries) waiting.set(entry.target, Math.floor(entry.contentRect.width));
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      for (const [element, width] of waiting) if (width) views.find((view) => view.element === element)?.resize(width);
      waiting.clear();
    });
  });
  for (const view of views) observer.observe(view.element);
  return () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
  };
}

function render(declaration, model, el) {
  const made = ready(declaration, model.get("data"), model.get("state"));
  for (const [name, spec] of Object.entries(made.controls)) made.start[name] = controlOf(spec).begins?.(made.start[name]) ?? made.start[name];
  const links = deepLinks(model.get("name"), el, made);
  const opened = Object.entries(made.controls).filter(([, spec]) => controlOf(spec).opens);
  let state = made.accepted(made.start, Object.fromEntries(opened.map(([name, spec]) => [name, controlOf(spec).opens(spec)])));
  const first = made.numbersFor(state);
  const live = liveText("a2-live", made.live(first));
  const notice = liveText("a2-hidden", "");
  const change = (changes) => {
    state = made.accepted(state, changes);
    model.set("state", made.shared(state));
    model.save_changes();
    update();
  };
  const controls = Object.entries(made.controls).map(([name, spec]) => ({
    name, ...controlOf(spec).make(spec, (value) => change({ [name]: value }), notice.say),
  }));
  // A view that is drawn anew loses the pressed button; without this the keyboard would start again at the top.
  const changeAndFocus = (changes, focus) => {
    change(changes);
    if (focus) root.querySelector(focus)?.focus({ preventScroll: true });
  };
  const move = (name, [x, y]) => change({ [name]: controlKind(made.controls[name]) === "plane" ? [x, y] : x });
  const prefix = `a2-${model.get("name")}-${Math.random().toString(36).slice(2, 8)}`;
  const views = Object.keys(declaration.views).map((name) => ({ name, ...liveView(name, `${prefix}-${name}`, { move, change: changeAndFocus }) }));
  const button = (text, onclick) => h("button", { type: "button", class: "a2-button", onclick }, text);
  const anchor = links && mount(h("a", { class: "a2-state-link" }, WORDS.link));

  const presets = made.presets.map((preset) => ({ ...preset, element: mount(button(preset.text, () => change(preset.from(state)))) }));

  function update() {
    const numbers = made.numbersFor(state);
    for (const control of controls) {
      control.update(state[control.name]);
      control.element.hidden = !made.isShown(control.name, numbers);
    }
    for (const preset of presets) preset.element.hidden = !preset.isOffered(state);
    const specs = made.views(numbers);
    for (const view of views) view.show(specs.get(view.name), numbers);
    live.say(made.live(numbers));
    anchor?.setAttribute("href", links.write(state));
  }

  const root = mount(h("div", { class: "a2-root", role: "group", "aria-label": made.title }, h("p", { class: "a2-title" }, made.title)));
  const room = mount(h("div", { class: "a2-controls a2-columns" }));
  room.append(...controls.map((control) => control.element));
  const foot = mount(h("div", { class: "a2-buttons a2-foot" }, button(WORDS.reset, () => change(made.start))));
  if (anchor) foot.append(anchor);
  const figures = mount(h("div", { class: "a2-views" }));
  figures.append(...views.map((view) => view.element));
  const chosen = mount(h("div", { class: "a2-buttons a2-presets", role: "group", "aria-label": WORDS.whatIf }));
  chosen.append(...presets.map((preset) => preset.element));
  root.append(room, ...(presets.length ? [chosen] : []), live.element, notice.element, figures, foot);

  const followLink = () => {
    const found = links.read();
    if (!found) return;
    change({ ...made.shared(made.start), ...found });
    root.scrollIntoView({ block: "start" });
  };
  // A kernel that sets the state is followed; the state that was just sent to it is not drawn a second time.
  const follow = () => {
    if (JSON.stringify(model.get("state")) === JSON.stringify(made.shared(state))) return;
    state = made.accepted(state, model.get("state"));
    update();
  };
  update();
  el.append(root);
  const stopWatching = watchWidths(views);
  model.on("change:state", follow);
  if (links) {
    addEventListener("hashchange", followLink);
    // The element is in the page only after the host has taken it.
    requestAnimationFrame(() => {
      anchor.setAttribute("href", links.write(state));
      followLink();
    });
  }
  return () => {
    model.off("change:state", follow);
    removeEventListener("hashchange", followLink);
    stopWatching();
    for (const control of controls) control.stop?.();
    live.stop();
    notice.stop();
  };
}

/** A declaration as a widget: the same on a page and in a notebook. */
export function widget(declaration) {
  return { declaration, render: ({ model, el }) => render(declaration, model, el) };
}
