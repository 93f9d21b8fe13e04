/** What a terminal shows of the text that a program writes to it. */

// Sequences that colour, clear or move; a page has its own colours.
const SEQUENCES = /\u001b(?:\[[\d;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
const NEEDED = /[\u001b\r\u0008]/;

/** One line: after a return it is written over from its start, as progress bars do. */
function overwritten(line) {
  return line.split("\r").reduce((shown, next) => next + shown.slice(next.length), "");
}

/**
 * Text as a terminal would show it in the end.
 * @param {string} text with colours, returns and steps back
 * @returns {string}
 */
export function asShown(text) {
  if (!NEEDED.test(text)) return text;
  let plain = text.replace(SEQUENCES, "").replace(/\r+\n/g, "\n");
  for (let before = null; before !== plain; ) {
    before = plain;
    plain = plain.replace(/[^\n\r\u0008]\u0008/gu, "");
  }
  return plain.replaceAll("\u0008", "").split("\n").map(overwritten).join("\n");
}
