/**
 * Say what of a presentation cannot be seen at the window's present size: for a check, in the page.
 * @returns {Promise<string[]>} each begins with the number of a slide
 */
async function whatIsCut() {
  /** A figure on a slide of 540 pixels is at least as high. */
  const LEAST = 200;
  const drawn = () => new Promise((ends) => requestAnimationFrame(() => requestAnimationFrame(ends)));
  const main = document.querySelector("main[data-deck-for]");
  const turn = (action) => main.querySelector(`[data-action="${action}"]`).click();
  const slides = [...main.querySelectorAll("[data-slide]")];
  const show = main.dataset.view === "show";
  await drawn();
  if (show) for (const _ of slides) turn("previous");
  const found = [];
  for (const slide of slides) {
    await drawn();
    const cut = show ? inSlide(slide) : inColumn(slide);
    const ends = [...main.querySelectorAll(".deck-screen > *")].map((part) => part.getBoundingClientRect().bottom);
    if (show && Math.max(...ends) + scrollY > innerHeight + 1) cut.push("the window ends above the narration");
    found.push(...cut.map((told) => `slide ${slide.dataset.slide}: ${told}`));
    if (show) turn("next");
  }
  return found;

  /** A slide of a show has an end: nothing stands below or beside it, and nothing has to be scrolled. */
  function inSlide(slide) {
    const box = slide.getBoundingClientRect();
    const scale = box.height / slide.offsetHeight;
    const beyond = (part) => {
      const { right, bottom } = part.getBoundingClientRect();
      return Math.round(Math.max(right - box.right, bottom - box.bottom) / scale);
    };
    const low = ({ offsetHeight, clientHeight }) => LEAST - (offsetHeight ?? clientHeight);
    return seen(slide).flatMap((part) => [
      ...tell(part, beyond(part), "beyond the slide"),
      ...scrolled(part),
      ...(part.matches("img, .diagram svg") ? tell(part, low(part), "too low to be read") : []),
    ]).slice(0, 2);
  }

  /** Below each other slides may be long, but not wide. */
  function inColumn(slide) {
    const wide = (part) => Math.round(part.getBoundingClientRect().right - slide.getBoundingClientRect().right);
    return seen(slide).filter((part) => !part.parentElement.closest(".table-box, .a2-scroll, .output"))
      .flatMap((part) => tell(part, wide(part), "beyond the slide")).slice(0, 2);
  }

  function scrolled(part) {
    const { overflowX, overflowY } = getComputedStyle(part);
    const down = overflowY === "visible" ? 0 : part.scrollHeight - part.clientHeight;
    const across = overflowX === "visible" ? 0 : part.scrollWidth - part.clientWidth;
    return part.clientHeight > 1 ? tell(part, Math.max(down, across), "hidden in its box") : [];
  }

  function seen(slide) {
    return [...slide.querySelectorAll("h2, .slide-body, .slide-body *:not(svg *)")].filter((part) => part.checkVisibility() && !part.closest(".visually-hidden"));
  }

  function tell(part, pixels, what) {
    return pixels > 1 ? [`${pixels} px ${what}: <${part.localName} class="${part.className.baseVal ?? part.className}">`] : [];
  }
}
