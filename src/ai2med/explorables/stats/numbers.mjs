/** Limits and sums. */

export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

export function total(values) {
  return values.reduce((sum, each) => sum + each, 0);
}
