/**
 * What the build asks of explorables in Node.js: reads a list of requests from the standard input, as JSON, and writes
 * a list of answers, each `{value}` or `{error}`.
 *
 * A request is `{ask, file, …}`: "face" for what Python has to know of a declaration, "first" for the first state with
 * `data`, `state` and `key`, "cases" for the sample and the results of a file of cases.
 */
import { pathToFileURL } from "node:url";
import { firstState } from "./explorable.mjs";
import { controlKind } from "./controls.mjs";

const load = async (file) => (await import(pathToFileURL(file).href)).default;

const ANSWERS = {
  async face({ file }) {
    const { title, data = {}, thin, controls = {}, views } = await load(file);
    // Functions do not travel: a limit that depends on the data is kept by the page.
    const kinds = Object.entries(controls).map(([name, spec]) => [name, { kind: controlKind(spec), ...spec }]);
    return { title, data, thin, controls: Object.fromEntries(kinds), views: Object.keys(views) };
  },
  async first({ file, data, state, key }) {
    return firstState(await load(file), data, state, key);
  },
  async cases({ file }) {
    const { default: cases, sample = {} } = await import(pathToFileURL(file).href);
    const results = [];
    for (const [name, run] of Object.entries(cases)) {
      try {
        await run();
        results.push([name, null]);
      } catch (error) {
        results.push([name, error.stack]);
      }
    }
    return { sample, results };
  },
};

let input = "";
for await (const chunk of process.stdin) input += chunk;
const answers = [];
for (const request of JSON.parse(input)) {
  try {
    answers.push({ value: await ANSWERS[request.ask](request) });
  } catch (error) {
    answers.push({ error: error.message, stack: error.stack });
  }
}
process.stdout.write(JSON.stringify(answers));
