/** What an explorable may import, as `#kit`: the page loads it once for all explorables. */
export { h, mount } from "./element.mjs";
export { format, percent, short, show, translated } from "./words.mjs";
export { axes, colour, curve, label, line, mark, range, ticks, words } from "./draw.mjs";
export { clamp } from "./stats/numbers.mjs";
export { freshId } from "./controls.mjs";
export { icon } from "./people.mjs";
export { firstState, at } from "./explorable.mjs";
export { widget } from "./widget.mjs";
