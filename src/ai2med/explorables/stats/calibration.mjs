/**
 * Calibration: logistic updates, smooth curves, groups with intervals.
 *
 * Tables that were thinned for the page carry one weight for each outcome, `[weight of a non-case, weight of a case]`.
 */
import { clamp, total } from "./numbers.mjs";
import { expit } from "./odds.mjs";

/** The change of intercept that makes expected and observed cases equal (Newton's method; slope stays as it is). */
export function interceptShift(outcomes, scores, weights) {
  let shift = 0;
  for (let round = 0; round < 60; round += 1) {
    let gradient = 0;
    let curvature = 1e-12;
    for (let i = 0; i < scores.length; i += 1) {
      const p = expit(scores[i] + shift);
      gradient += weights[outcomes[i]] * (outcomes[i] - p);
      curvature += weights[outcomes[i]] * p * (1 - p);
    }
    const step = clamp(gradient / curvature, -2, 2);
    shift += step;
    if (Math.abs(step) < 1e-10) break;
  }
  return shift;
}

/**
 * Logistic regression of the outcomes on one score (log-odds of the risk), by Newton's method.
 * @returns {{intercept: number, slope: number, error: number}} `error` is the slope's standard error, robust to weights
 */
export function logisticFit(outcomes, scores, weights) {
  let a = interceptShift(outcomes, scores, weights);
  let b = 1;
  for (let round = 0; round < 100; round += 1) {
    const [ga, gb, haa, hab, hbb] = logisticSums(outcomes, scores, weights, a, b);
    const determinant = haa * hbb - hab * hab;
    if (!(determinant > 1e-12)) break;
    let stepA = (hbb * ga - hab * gb) / determinant;
    let stepB = (haa * gb - hab * ga) / determinant;
    // A long step means a flat region far from the optimum: shortening keeps Newton's method from overshooting.
    const shrink = Math.min(1, 2 / Math.max(Math.abs(stepA), Math.abs(stepB), 1e-300));
    a += stepA * shrink;
    b += stepB * shrink;
    if (Math.abs(stepA) + Math.abs(stepB) < 1e-10) break;
  }
  return { intercept: a, slope: b, error: slopeError(outcomes, scores, weights, a, b) };
}

function slopeError(outcomes, scores, weights, a, b) {
  const [, , haa, hab, hbb] = logisticSums(outcomes, scores, weights, a, b);
  const sum = total(scores.map((x, i) => (weights[outcomes[i]] * (outcomes[i] - expit(a + b * x)) * (haa * x - hab)) ** 2));
  return Math.sqrt(sum) / (haa * hbb - hab * hab);
}

function logisticSums(outcomes, scores, weights, a, b) {
  let [ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0];
  for (let i = 0; i < scores.length; i += 1) {
    const p = expit(a + b * scores[i]);
    const rest = weights[outcomes[i]] * (outcomes[i] - p);
    const curve = weights[outcomes[i]] * p * (1 - p);
    ga += rest;
    gb += rest * scores[i];
    haa += curve;
    hab += curve * scores[i];
    hbb += curve * scores[i] * scores[i];
  }
  return [ga, gb, haa, hab, hbb];
}

/** 95 % interval of a share by Wilson's formula; `n` may be an effective number. */
export function wilson(share, n) {
  const z = 1.959964;
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [middle - half, middle + half];
}

/** Groups of equal weight along the risk: mean risk, observed share and its interval in each. */
export function riskGroups(outcomes, risks, weights, count) {
  const order = Array.from(risks.keys()).sort((i, j) => risks[i] - risks[j] || i - j);
  const all = total(outcomes.map((y) => weights[y]));
  const groups = Array.from({ length: count }, () => ({ weight: 0, squares: 0, risk: 0, cases: 0 }));
  let before = 0;
  for (const i of order) {
    const weight = weights[outcomes[i]];
    const group = groups[Math.min(count - 1, Math.floor((count * (before + weight / 2)) / all))];
    group.weight += weight;
    group.squares += weight * weight;
    group.risk += weight * risks[i];
    group.cases += weight * outcomes[i];
    before += weight;
  }
  return groups
    .filter((group) => group.weight > 0)
    .map(({ weight, squares, risk, cases }) => {
      const [low, high] = wilson(cases / weight, (weight * weight) / squares);
      return { risk: risk / weight, observed: cases / weight, low, high };
    });
}

/**
 * A loess-like curve: at each point a straight line is fitted to the nearest `span` of the rows, tricube-weighted.
 * Works on the log-odds of the risk, where the many small risks are not squeezed together.
 */
export function localLinear(outcomes, scores, weights, at, span) {
  const nearest = Math.max(2, Math.ceil(span * scores.length));
  return at.map((point) => {
    const distances = Float64Array.from(scores, (x) => Math.abs(x - point)).sort();
    const reach = Math.max(distances[nearest - 1], 1e-6) * 1.0001;
    let [sw, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0];
    for (let i = 0; i < scores.length; i += 1) {
      const x = scores[i] - point;
      const u = Math.abs(x) / reach;
      if (u >= 1) continue;
      const w = weights[outcomes[i]] * (1 - u ** 3) ** 3;
      sw += w;
      sx += w * x;
      sy += w * outcomes[i];
      sxx += w * x * x;
      sxy += w * x * outcomes[i];
    }
    const determinant = sw * sxx - sx * sx;
    const value = determinant > 1e-9 ? (sxx * sy - sx * sxy) / determinant : sy / sw;
    return clamp(value, 0, 1);
  });
}
