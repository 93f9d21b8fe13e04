/**
 * A presentation: reveal.js where there is room, slides below each other on a phone and on paper, and self-study with
 * captions and the browser's own voice.
 */
import { WORDS, fill } from "./strings_en.mjs";
import { localVoice, reader, watchVoices } from "./speech.mjs";

const main = document.querySelector("main[data-deck-for]");
const stage = main.querySelector(".deck-stage");
const slides = [...stage.querySelectorAll("[data-slide]")];
const language = document.documentElement.lang;
const synthesis = window.speechSynthesis;
const version = new URL(import.meta.url).search;
const near = (name) => import(new URL(`./${name}${version}`, import.meta.url));

/** Below that reveal.js would shrink the text under a readable size. */
const roomy = matchMedia("(min-width: 52rem) and (min-height: 34rem)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const PACES = [0.7, 0.85, 1, 1.15, 1.3];

/** The speaker view shows slides in small frames of its own. */
const received = /[?&]receiver\b/.test(location.search);

let deck = null;
let current = 0;
let pace = PACES.indexOf(1);

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function button(action, text, attributes = {}) {
  return element("button", { type: "button", class: "a2-button", "data-action": action, ...attributes }, text);
}

const listen = button("listen", WORDS.listen, { title: WORDS.listenHint });
const paceShown = element("output", { class: "deck-pace" }, fill(WORDS.pace, { pace: 1 }));
const goOn = element("input", { type: "checkbox", id: "deck-go-on", checked: "" });
const voiced = element(
  "span",
  { class: "deck-group", "data-voiced": "" },
  listen,
  button("slower", WORDS.slower),
  paceShown,
  button("faster", WORDS.faster),
  element("label", { class: "deck-check" }, goOn, WORDS.goOn),
);
const captionsButton = button("captions", WORDS.captions, { "aria-pressed": "true" });
const shown = element("output", { class: "deck-number" });
const bar = element(
  "div",
  { class: "deck-bar", role: "group", "aria-label": WORDS.bar },
  element("span", { class: "deck-group" }, button("previous", WORDS.previous), shown, button("next", WORDS.next)),
  voiced,
  element(
    "span",
    { class: "deck-group" },
    captionsButton,
    button("overview", WORDS.overview),
    button("speaker", WORDS.speaker),
    button("print", WORDS.print),
  ),
);
const captions = element("section", { class: "deck-captions", "aria-label": WORDS.narration, tabindex: "0" });
const status = element("p", { class: "deck-status", role: "status" });
voiced.hidden = true;
// All that belongs into one window; the sources stand below it.
const screen = element("div", { class: "deck-screen" });
stage.before(screen);
screen.append(main.querySelector(".deck-title"), stage, bar, status, captions);

const unanswered = (slide) => slide.querySelector("[data-item-id]:not([data-answered])");
const narration = (slide) => slide.querySelector("[data-narration]");

/** The sentences that a reader sees of a slide: under it, or in the panel. */
function sentencesOf(slide) {
  return [...(deck ? captions : narration(slide)).querySelectorAll(".sentence")];
}

function say(state, text, values = {}) {
  main.dataset.state = state;
  const speaking = state === "speaking";
  listen.textContent = speaking ? WORDS.pause : WORDS.listen;
  const told = fill(text, { number: current + 1, total: slides.length, ...values });
  if (status.textContent !== told) status.textContent = told;
  if (!speaking) for (const one of main.querySelectorAll(".is-spoken")) one.classList.remove("is-spoken");
}

const voice = reader(synthesis ?? { cancel() {} }, {
  language,
  sentence(number) {
    for (const one of main.querySelectorAll(".is-spoken")) one.classList.remove("is-spoken");
    const spoken = sentencesOf(slides[current])[number];
    spoken?.classList.add("is-spoken");
    spoken?.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  },
  end() {
    if (unanswered(slides[current])) say("waiting", WORDS.waiting);
    else goOnOrEnd();
  },
  fail: () => say("paused", WORDS.failed),
});

function goOnOrEnd() {
  if (current === slides.length - 1) return say("done", WORDS.done);
  if (!goOn.checked) return say("ended", WORDS.ended);
  show(current + 1);
  begin();
}

function begin(from = 0) {
  say("speaking", WORDS.speaking);
  voice.begin(
    sentencesOf(slides[current]).map((one) => one.dataset.say ?? one.textContent),
    from,
  );
}

function listenOrPause() {
  if (main.dataset.state === "speaking") {
    voice.stop();
    say("paused", WORDS.paused);
  } else if (main.dataset.state === "paused") begin(voice.place());
  else if (main.dataset.state === "done") {
    show(0);
    begin();
  } else if (main.dataset.state === "ended" && current < slides.length - 1) {
    show(current + 1);
    begin();
  } else begin();
}

function changePace(step) {
  pace = Math.min(PACES.length - 1, Math.max(0, pace + step));
  paceShown.textContent = fill(WORDS.pace, { pace: PACES[pace] });
  for (const [action, end] of [["slower", 0], ["faster", PACES.length - 1]])
    bar.querySelector(`[data-action="${action}"]`).setAttribute("aria-disabled", String(pace === end));
  voice.pace(PACES[pace], main.dataset.state === "speaking");
}

/** The slide that is shown has changed, by whatever means. */
function settle(number) {
  const moved = number !== current;
  current = number;
  shown.textContent = fill(WORDS.slide, { number: number + 1, total: slides.length });
  captions.replaceChildren(...[...narration(slides[number]).children].map((part) => part.cloneNode(true)));
  captions.scrollTop = 0;
  for (const [action, end] of [["previous", 0], ["next", slides.length - 1]])
    bar.querySelector(`[data-action="${action}"]`).setAttribute("aria-disabled", String(number === end));
  if (!moved) return;
  if (main.dataset.state === "speaking") begin();
  else {
    voice.stop();
    say("idle", "");
  }
}

/** Show a slide; the voice follows in `settle` if it speaks. */
function show(number) {
  if (number < 0 || number >= slides.length) return;
  if (main.dataset.state !== "speaking") main.dataset.state = "idle";
  else voice.stop();
  main.dataset.state = "idle";
  if (deck) deck.slide(number);
  else slides[number].scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
  settle(number);
}

const actions = {
  listen: listenOrPause,
  slower: () => changePace(-1),
  faster: () => changePace(1),
  previous: () => move(-1),
  next: () => move(1),
  captions() {
    captions.hidden = !captions.hidden;
    captionsButton.setAttribute("aria-pressed", String(!captions.hidden));
    deck?.layout();
  },
  overview: () => deck?.toggleOverview(),
  speaker: () => deck?.getPlugin("notes").open(),
  print: () => window.print(),
};

/** Go to the slide before or after; a voice that speaks goes along. */
function move(step) {
  const speaking = main.dataset.state === "speaking";
  const to = current + step;
  if (to < 0 || to >= slides.length) return;
  show(to);
  if (speaking) begin();
}

bar.addEventListener("click", ({ target }) => actions[target.closest("[data-action]")?.dataset.action]?.());

main.addEventListener("ai2med:answered", ({ target }) => {
  // The widget marks its question right before it tells; the narration goes on when the answer has been read.
  if (main.dataset.state === "waiting" && slides[current].contains(target)) say("ended", WORDS.ended);
});

/** Start or end reveal.js, as the room allows. */
async function arrange() {
  const wanted = roomy.matches || received;
  if (wanted === Boolean(deck)) return;
  if (!wanted) {
    const old = deck;
    deck = null;
    old.destroy();
    stage.classList.remove("reveal");
    main.dataset.view = "page";
    settle(current);
    return;
  }
  const [{ default: Reveal }, { default: Notes }] = await Promise.all([near("reveal.mjs"), near("notes.mjs")]);
  if (!(roomy.matches || received) || deck) return;
  main.dataset.view = "show";
  stage.classList.add("reveal");
  deck = new Reveal(stage, {
    embedded: true,
    width: 960,
    height: 540,
    margin: 0.02,
    minScale: 0.3,
    center: false,
    hash: true,
    slideNumber: false,
    display: "flex",
    // The bar has buttons with words, for every view.
    controls: false,
    scrollActivationWidth: null,
    transition: calm.matches ? "none" : "slide",
    jumpToSlide: false,
    pause: false,
    autoPlayMedia: false,
    // Keys belong to a question, a slider or a button while one of them is in use.
    keyboardCondition: ({ target }) =>
      !target.closest?.(".ai2med-widget, .deck-bar, .deck-captions, summary, a, input, select, textarea"),
    plugins: [Notes],
  });
  await deck.initialize();
  if (current) deck.slide(current);
  deck.on("slidechanged", ({ indexh }) => settle(indexh));
  settle(deck.getIndices().h);
  // A slide that is not shown is never near the window: its figures are loaded and its widgets begin now, so that they
  // are there when it comes, and on paper.
  for (const image of stage.querySelectorAll("img")) image.loading = "eager";
  const { start } = await near("../widgets/host.mjs");
  await Promise.all([...stage.querySelectorAll("[data-widget][data-module]")].map(start));
}

/** Without reveal.js the current slide is the last whose top has passed the upper third of the window. */
function follow() {
  if (deck || main.dataset.state === "speaking") return;
  const passed = slides.filter((slide) => slide.getBoundingClientRect().top < innerHeight / 3);
  const number = Math.max(0, passed.length - 1);
  if (number !== current && main.dataset.state !== "waiting") settle(number);
}

const showVoice = () => (voiced.hidden = !localVoice(synthesis, language));
watchVoices(synthesis, showVoice);
addEventListener("pagehide", () => voice.stop());
addEventListener("scroll", follow, { passive: true });
roomy.addEventListener("change", arrange);
main.dataset.view = "page";
main.toggleAttribute("data-received", received);
settle(0);
changePace(0);
await arrange();
main.dataset.ready = "true";
