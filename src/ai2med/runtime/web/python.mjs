/**
 * The page's line to its Python: a thread in which it runs, and others that unpack what it loads. It is started when
 * wanted, stopped by interrupt or by starting anew.
 */

import { planFor } from "./lock.mjs";

/** Why Python cannot run in this browser: "wasm", "worker", or null if it can. */
export function obstacle(world = globalThis) {
  if (typeof world.WebAssembly !== "object" || typeof world.WebAssembly?.instantiate !== "function") return "wasm";
  if (typeof world.Worker !== "function") return "worker";
  return null;
}

const STATIC = new URL("../../", import.meta.url);
/** A start of which nothing is heard for so long is begun again, once. */
const SILENCE = Number(globalThis.document?.documentElement.dataset.liveSilence ?? 60_000);

export class Python extends EventTarget {
  constructor() {
    super();
    /** Packages to load at the start. */
    this.packages = [];
    /** What the page's cells read of the book, and the address of the hospital's answer key. */
    this.files = [];
    this.truth = "";
    this.state = "off";
    this.session = 0;
    this.runs = new Map();
    this.threads = [];
    this.lastRun = 0;
    this.progress = null;
    /** Settled when nothing runs any more for a page that was left. */
    this.cleared = Promise.resolve();
  }

  /** Whether there is a Python that runs cells, or will in a moment. */
  get alive() {
    return this.state === "loading" || this.state === "ready";
  }

  /** Start, unless started; resolves when cells can run. */
  start({ reload = false } = {}) {
    if (this.state === "off" || this.state === "failed") this.boot(reload);
    return this.ready;
  }

  boot(reload) {
    this.session += 1;
    this.state = "loading";
    this.buffer = globalThis.crossOriginIsolated ? new SharedArrayBuffer(1) : null;
    this.ready = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
    this.ready.catch(() => {});
    this.patience = 1;
    this.begin({ reload });
    this.tell("boot");
  }

  /** Addresses of what the page's cells read of the book. */
  get book() {
    const address = (name) => new URL(`book/${name}`, STATIC).href;
    return { files: this.files.map(address), truth: this.truth && address(this.truth) };
  }

  begin(how) {
    this.how = how;
    this.worker = this.thread("./worker.mjs", "python");
    this.worker.onmessage = ({ data }) => this.receive(data);
    this.heard();
    this.worker.postMessage({
      type: "start",
      base: new URL("pyodide/", STATIC).href,
      live: new URL("./", import.meta.url).href,
      data: new URL("data", STATIC).href,
      packages: this.packages,
      interrupt: this.buffer,
      ...this.book,
      ...how,
    });
  }

  thread(file, name) {
    const made = new Worker(new URL(file, import.meta.url), { type: "module", name });
    this.threads.push(made);
    // It could not be loaded, or a file of it.
    made.onerror = (event) => {
      event.preventDefault();
      this.fail(event.message || "a file of Python is missing");
    };
    return made;
  }

  /** End all threads. */
  close() {
    for (const one of this.threads.splice(0)) one.terminate();
  }

  /** There is a sign of life; without another one a start is begun again. */
  heard() {
    clearTimeout(this.watch);
    if (this.state === "loading") this.watch = setTimeout(() => this.silent(), SILENCE);
  }

  silent() {
    if (!this.patience) return this.fail("silent");
    this.patience -= 1;
    this.close();
    this.begin(this.how);
  }

  /**
   * Begin another page with the same Python: what ran for the last one ends, its variables are forgotten.
   * @param {{packages?: string[], files?: string[], truth?: string}} page what it needs; a page without cells needs nothing
   */
  renew({ packages = this.packages, files = [], truth = this.truth }) {
    Object.assign(this, { packages, files, truth });
    if (!this.alive) return;
    this.session += 1;
    this.cleared = Promise.all([...this.runs.values()].map(({ ended }) => ended));
    this.stop();
    if (this.state === "ready") this.worker.postMessage({ type: "renew", packages, ...this.book });
  }

  /** End Python, also while it loads; the next run starts it again. */
  off() {
    this.end({ lost: true });
    this.state = "off";
    this.settle?.reject(new Error("ended"));
  }

  receive(message) {
    const run = this.runs.get(message.id);
    switch (message.type) {
      case "unpack":
        this.thread("./unpack.mjs", "packages").postMessage(message.job, [message.job.port]);
        break;
      case "progress":
        this.progress = message;
        this.tell("progress", message);
        break;
      case "ready":
        this.state = "ready";
        this.tell("ready", message);
        this.settle.resolve();
        break;
      case "failed":
        this.fail(message.reason);
        break;
      case "again":
        this.close();
        this.begin({ plain: true, reload: message.reload });
        break;
      case "output":
        run?.onoutput(message.output);
        break;
      case "ended":
        this.runs.delete(message.id);
        run?.resolve(message);
        break;
      case "fatal":
        this.end({ crashed: true });
        this.boot(false);
        break;
    }
    this.heard();
  }

  fail(reason) {
    this.state = "failed";
    this.end({ unavailable: reason });
    this.settle.reject(new Error(reason));
    this.tell("failed", { reason });
  }

  /**
   * Run a cell.
   * @param {{code: string, name: string, quiet?: boolean, onoutput: Function}} cell
   * @returns {Promise<{ok: boolean, ename?: string, line?: number, lost?: boolean, crashed?: boolean}>}
   */
  async run({ code, name, quiet = false, onoutput }) {
    await this.cleared;
    await this.start();
    this.lastRun += 1;
    const id = this.lastRun;
    let resolve;
    const ended = new Promise((settle) => (resolve = settle));
    this.runs.set(id, { resolve, onoutput, ended });
    this.worker.postMessage({ type: "run", id, code, name, quiet });
    return ended;
  }

  /** Load packages that are not there yet, and import what cells import, while nobody waits. */
  ahead(packages, codes) {
    this.worker.postMessage({ type: "ahead", packages, codes });
  }

  /** Stop what runs. Where the page is isolated, Python is interrupted and keeps its variables; elsewhere it starts anew. */
  stop() {
    if (!this.runs.size) return;
    if (this.buffer) {
      new Uint8Array(this.buffer)[0] = 2;
      // Code that never looks up, such as one long call into C, has to be left behind.
      const waiting = new Set(this.runs.keys());
      setTimeout(() => [...waiting].some((id) => this.runs.has(id)) && this.restart(), 3000);
    } else {
      this.restart();
    }
  }

  /** End the worker with all variables, and start another. */
  restart() {
    this.end({ lost: true });
    this.boot(false);
  }

  end(how) {
    clearTimeout(this.watch);
    this.close();
    const runs = [...this.runs.values()];
    this.runs.clear();
    for (const run of runs) run.resolve({ ok: false, ...how });
    this.tell("lost", how);
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** How many bytes a first visit loads for these packages. */
export async function downloadSize(packages) {
  const answer = await fetch(new URL("pyodide/pyodide-lock.json", STATIC));
  return planFor(await answer.json(), packages).bytes;
}
