/** Draw diagrams with Graphviz: jobs from the standard input, drawings to the standard output, both as JSON. */
import { readFileSync } from "node:fs";
import { Graphviz } from "./vendor/graphviz.mjs";

const graphviz = await Graphviz.load();
const drawings = JSON.parse(readFileSync(0, "utf8")).map(({ engine, text }) => {
  // "nop" lets the engine keep the places that the text names.
  const drawing = graphviz.layout(text, "svg", engine, engine === "neato" ? { nop: 1 } : {});
  return drawing;
});
process.stdout.write(JSON.stringify(drawings));
