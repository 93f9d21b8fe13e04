/**
 * Elements without a document: views are made of them, the build writes them as HTML, the browser mounts them.
 *
 * @typedef {{tag: string, attributes: Object, children: (Element|string)[]}} Element
 */

const SVG = "http://www.w3.org/2000/svg";
const EMPTY = new Set(["input", "br", "hr", "img"]);

/**
 * Make an element.
 * @param {string} tag
 * @param {Object} [attributes] functions named `on…` are listeners; null, undefined and false are left out
 * @param {...(Element|string|number|null)} children text stays text, whatever it holds
 * @returns {Element}
 */
export function h(tag, attributes = {}, ...children) {
  const kept = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
  return { tag, attributes, children: kept };
}

/** The attributes that are written: a round number for every coordinate, "" for true. */
function written(attributes) {
  return Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined && value !== false && typeof value !== "function")
    .map(([name, value]) => {
      if (value === true) return [name, ""];
      return [name, typeof value === "number" ? String(Math.round(value * 100) / 100) : String(value)];
    });
}

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

/** An element as HTML. */
export function toHtml(node) {
  if (typeof node !== "object") return escaped(String(node));
  const attributes = written(node.attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  const open = `<${node.tag}${attributes.join("")}>`;
  return EMPTY.has(node.tag) ? open : `${open}${node.children.map(toHtml).join("")}</${node.tag}>`;
}

/** An element's text, as a reader without pictures meets it: names of figures count, drawings do not. */
export function toText(node) {
  if (typeof node !== "object") return String(node);
  if (node.tag === "svg") return `${node.attributes["aria-label"] ?? ""}\n`;
  const text = node.children.map(toText).join("");
  return ["span", "strong", "em", "a", "output", "label"].includes(node.tag) ? `${text} ` : `${text}\n`;
}

/** An element as a node of the document, with its listeners. */
export function mount(node, isSvg = false) {
  if (typeof node !== "object") return document.createTextNode(String(node));
  const inSvg = isSvg || node.tag === "svg";
  const made = inSvg ? document.createElementNS(SVG, node.tag) : document.createElement(node.tag);
  for (const [name, value] of written(node.attributes)) made.setAttribute(name, value);
  for (const [name, value] of Object.entries(node.attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
  }
  made.append(...node.children.map((child) => mount(child, inSvg)));
  return made;
}
