/** What JupyterLite would do wrong on its own; each function is called before it starts. */

const RUNS = /^notebook:(restart-(and-)?)?run-/;

/**
 * In an isolated page JupyterLite waits for its worker with `Atomics.waitAsync`, and takes the answer for a promise. When
 * the worker was faster, the answer is no promise, and Python would never start.
 */
export function mendWaiting() {
  const { waitAsync } = Atomics;
  if (!waitAsync) return;
  Atomics.waitAsync = (...what) => {
    const { async, value } = waitAsync(...what);
    return { async, value: Promise.resolve(value) };
  };
}

/**
 * Who runs cells as soon as the notebook shows may be faster than its kernel; JupyterLab then does nothing and says
 * nothing. Here the command waits for the kernel, and from then on Jupyter itself keeps the cells in line.
 *
 * JupyterLite puts its application into `window.jupyterapp` when its settings ask for it, just before it starts it.
 */
export function mendEarlyRuns() {
  let app;
  Object.defineProperty(window, "jupyterapp", {
    get: () => app,
    set(made) {
      app = made;
      const { commands } = app;
      const execute = commands.execute.bind(commands);
      commands.execute = async (id, args) => {
        if (RUNS.test(id)) await app.shell.currentWidget?.sessionContext?.ready;
        return execute(id, args);
      };
    },
  });
}
