/**
 * Find the letters of figures that are too small to read.
 *
 * Letters of drawings are measured. A picture of Matplotlib does not tell its letters, but it tells its inches: the lint
 * rule `figure-letters` holds its smallest letters at a number of points, which is a share of these inches.
 * @param {number} least the smallest size, in CSS pixels
 * @param {number} points the smallest letters of a picture
 * @returns {Promise<string[]>} what is too small, each figure once, with its name
 */
async function smallLetters(least, points) {
  const figures = new Map();
  const note = (figure, name, size, text) => {
    if (size < (figures.get(figure)?.size ?? Infinity)) figures.set(figure, { name, size, text });
  };
  for (const text of document.querySelectorAll("main svg :is(text, tspan)")) {
    if (!text.checkVisibility() || !text.textContent.trim()) continue;
    const { a, b } = text.getScreenCTM();
    const figure = text.closest("[data-widget], figure") ?? text.ownerSVGElement;
    const named = figure.dataset.widget ?? figure.dataset.diagram ?? figure.textContent.trim().slice(0, 60);
    note(figure, named, parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b), text.textContent.trim());
  }
  for (const picture of document.querySelectorAll("main :is(.cell_output, .live-output, .deck-stage) img")) {
    const inches = picture.checkVisibility() && (await inchesOf(picture));
    if (!inches) continue;
    const { paddingLeft, paddingRight, width } = getComputedStyle(picture);
    const shown = parseFloat(width) - parseFloat(paddingLeft) - parseFloat(paddingRight);
    note(picture, picture.alt.slice(0, 60), (points * shown) / (72 * inches), `${points} points at ${inches.toFixed(1)} inches`);
  }
  return [...figures.values()].filter(({ size }) => size < least)
    .map(({ name, size, text }) => `${size.toFixed(1)} px: ${name} (${text})`);

  /** The width of a PNG in inches, from its pixels and its pixels a metre; 0 where it does not tell them. */
  async function inchesOf({ src, naturalWidth }) {
    const bytes = await (await fetch(src)).arrayBuffer();
    const view = new DataView(bytes);
    if (bytes.byteLength < 33 || view.getUint32(0) !== 0x89504e47) return 0;
    for (let at = 8; at + 8 < bytes.byteLength; at += 12 + view.getUint32(at)) {
      if (view.getUint32(at + 4) === 0x70485973) return naturalWidth / (view.getUint32(at + 8) * 0.0254);
    }
    return 0;
  }
}
