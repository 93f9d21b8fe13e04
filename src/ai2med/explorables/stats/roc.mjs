/** Thresholds: sensitivity, false alarms, AUROC, PPV, net benefit. */

/** The risks of the cases and of the non-cases, each in ascending order. */
export function byOutcome(outcomes, risks) {
  const cases = Float64Array.from(risks.filter((_, i) => outcomes[i] === 1)).sort();
  const others = Float64Array.from(risks.filter((_, i) => outcomes[i] === 0)).sort();
  return { cases, others };
}

function firstAtLeast(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Share of ascending values that reach the threshold: sensitivity for cases, false-alarm rate for non-cases. */
export function shareAtLeast(sorted, threshold) {
  return sorted.length ? (sorted.length - firstAtLeast(sorted, threshold)) / sorted.length : 0;
}

/** Chance that a random case has the higher risk than a random non-case; ties count half. */
export function auroc({ cases, others }) {
  let wins = 0;
  for (const value of cases) {
    const below = firstAtLeast(others, value);
    const upTo = firstAtLeast(others, value + 1e-12);
    wins += below + (upTo - below) / 2;
  }
  return wins / (cases.length * others.length);
}

/** Points `[false-alarm rate, sensitivity, threshold]` from the strictest threshold to the loosest. */
export function rocPoints(sides, most = 160) {
  const all = Float64Array.from([...sides.cases, ...sides.others]).sort();
  const step = Math.max(1, all.length / most);
  const points = [[0, 0, Infinity]];
  for (let i = all.length - 1; i >= 0; i -= step) {
    const threshold = all[Math.floor(i)];
    points.push([shareAtLeast(sides.others, threshold), shareAtLeast(sides.cases, threshold), threshold]);
  }
  points.push([1, 1, 0]);
  return points;
}

export function ppv(sensitivity, falseAlarmRate, prevalence) {
  const found = sensitivity * prevalence;
  const flagged = found + falseAlarmRate * (1 - prevalence);
  return flagged > 0 ? found / flagged : NaN;
}

/** Net benefit per person (Vickers and Elkin): cases found minus false alarms at the exchange rate of the threshold. */
export function netBenefit(sensitivity, falseAlarmRate, prevalence, threshold) {
  return sensitivity * prevalence - (falseAlarmRate * (1 - prevalence) * threshold) / (1 - threshold);
}
