/** What the lock tells: which packages go together, which snapshot is the best beginning, how much there is to load. */

/** Packages and what they depend on, each after those that it needs. */
export function withDependencies(lock, names, found = new Set()) {
  for (const name of names) {
    if (found.has(name) || !lock.packages[name]) continue;
    withDependencies(lock, lock.packages[name].depends, found);
    found.add(name);
  }
  return found;
}

const sum = (sizes) => sizes.reduce((total, size) => total + size, 0);

/**
 * What to load for packages.
 *
 * A package that is in no snapshot has to be imported as well, which takes as long again as loading it, or longer.
 * @param {object} lock
 * @param {string[]} names
 * @param {boolean} plain whether to do without a snapshot
 * @returns {{snapshot: ?object, packages: string[], bytes: number}} a snapshot of the lock, the packages to be loaded
 *   beside it, and the size of all that
 */
export function planFor(lock, names, plain = false) {
  const chosen = [...withDependencies(lock, names)];
  const plans = [null, ...(plain ? [] : Object.values(lock.snapshots ?? {}))].map((snapshot) => {
    const packages = chosen.filter((name) => !snapshot?.packages.includes(name));
    const ready = sum((snapshot?.parts ?? []).map(({ size }) => size));
    const wheels = sum(packages.map((name) => lock.packages[name].size));
    return { snapshot, packages, bytes: ready + wheels, weight: ready + 2 * wheels };
  });
  const { weight, ...best } = plans.reduce((least, plan) => (plan.weight < least.weight ? plan : least));
  return { ...best, bytes: best.bytes + sum(Object.values(lock.core_sizes)) };
}
