/** Random numbers with a seed, resamples, quantiles, and the exact range of a share. */

/** A small seeded generator of numbers in [0, 1): the same picture for every reader (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The places 0 to `count` - 1 in a random order (Fisher and Yates). */
export function shuffled(count, seed) {
  const random = seeded(seed);
  const places = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [places[i], places[j]] = [places[j], places[i]];
  }
  return places;
}

/** How often each row is drawn in each bootstrap sample; with `clusters` whole patients are drawn together. */
export function bootstrapCounts(size, clusters, samples, seed) {
  const random = seeded(seed);
  const names = clusters ?? Array.from({ length: size }, (_, i) => i);
  const distinct = [...new Set(names)];
  const place = new Map(distinct.map((name, i) => [name, i]));
  const home = names.map((name) => place.get(name));
  return Array.from({ length: samples }, () => {
    const drawn = new Uint8Array(distinct.length);
    for (let i = 0; i < distinct.length; i += 1) drawn[Math.floor(random() * distinct.length)] += 1;
    return Uint8Array.from(home, (i) => drawn[i]);
  });
}

/** The value below which the given share of the numbers lies (linear interpolation, as numpy does). */
export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  return sorted[low] + (place - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

/** Chance of at most `k` of `n` at rate `p`, summed in logarithms because 200 people make tiny terms. */
function atMost(k, n, p) {
  if (p <= 0) return 1;
  if (p >= 1) return k >= n ? 1 : 0;
  let log = n * Math.log(1 - p);
  let sum = Math.exp(log);
  for (let i = 1; i <= k; i += 1) {
    log += Math.log((n - i + 1) / i) + Math.log(p / (1 - p));
    sum += Math.exp(log);
  }
  return Math.min(1, sum);
}

/** Exact 95 % range (Clopper and Pearson) of the true rate after `k` of `n`, as shares. */
export function exactRange(k, n) {
  const solve = (isLow) => {
    let [low, high] = [0, 1];
    for (let i = 0; i < 50; i += 1) {
      const middle = (low + high) / 2;
      if (isLow(middle)) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  return [
    k === 0 ? 0 : solve((p) => 1 - atMost(k - 1, n, p) < 0.025),
    k === n ? 1 : solve((p) => atMost(k, n, p) > 0.025),
  ];
}
