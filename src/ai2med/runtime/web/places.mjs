/**
 * Where on a page a reader is, told by what stands at the top of the window. A number of pixels would not hold: when a
 * page comes back, outputs are gone, editors are closed and widgets take a moment to get their height.
 */

const SETTLED = 4000;
const INPUTS = ["wheel", "touchstart", "pointerdown", "keydown"];

const STEPS = "h1, h2, h3, p:not(.page-continue), li, tr, pre, figure, summary, live-cell, [data-widget]";

/** What the build wrote: cells and widgets as a whole, for what is in them changes; not the offer to go on. */
function steps() {
  const all = document.querySelectorAll(`main :is(${STEPS})`);
  return [...all].filter((one) => !one.parentElement.closest("live-cell, [data-widget]"));
}

/** @returns {{step: number, top: number} | null} null at the beginning of a page */
export function placeNow() {
  if (scrollY < 1) return null;
  const boxes = steps().map((one) => one.getBoundingClientRect());
  // What begins inside the window rather than what reaches into it from above, and may grow there.
  const begins = boxes.findIndex(({ height, top }) => height > 0 && top >= 0 && top < innerHeight);
  const step = begins < 0 ? boxes.findIndex(({ height, bottom }) => height > 0 && bottom > 0) : begins;
  return step < 0 ? null : { step, top: boxes[step].top };
}

/** Go to a place, and stay there while the page comes to life, until the reader or a script goes elsewhere. */
export function returnTo(place) {
  const main = document.querySelector("main");
  const step = place && steps()[place.step];
  const away = () => step.getBoundingClientRect().top - place.top;
  let ours = 0;
  const go = () => {
    scrollTo({ left: 0, top: step ? scrollY + away() : 0, behavior: "instant" });
    ours = scrollY;
  };
  go();
  if (!step || !main) return;
  const watch = new ResizeObserver(go);
  const leave = () => {
    watch.disconnect();
    removeEventListener("scroll", look);
    for (const input of INPUTS) removeEventListener(input, leave);
  };
  // Our own scrolling, and the browser's when something above grows, lead to the place; other scrolling leads away.
  const look = () => Math.abs(scrollY - ours) > 2 && Math.abs(away()) > 2 && leave();
  watch.observe(main);
  for (const input of INPUTS) addEventListener(input, leave, { passive: true });
  addEventListener("scroll", look, { passive: true });
  setTimeout(leave, SETTLED);
}
