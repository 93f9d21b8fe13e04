/** Small tests of one tool, drawn again and again, and what one of them allows to say. */

const DRAWS = 30;

/** A small generator with a seed, so that a figure can be told to somebody else: mulberry32. */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Numbers found in `DRAWS` tests of `tested` people each. */
export function repeatedTests(seed, tested, rate) {
  const next = seeded(seed * 1009 + tested);
  return Array.from({ length: DRAWS }, () => {
    let found = 0;
    for (let person = 0; person < tested; person += 1) found += next() < rate / 100 ? 1 : 0;
    return found;
  });
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
