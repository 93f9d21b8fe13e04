/** Log-odds. */
import { clamp } from "./numbers.mjs";

export function expit(x) {
  return 1 / (1 + Math.exp(-x));
}

/** Log-odds; risks within 0.0001 of 0 or 1 count as that far away, because the page carries four digits. */
export function logit(p) {
  const inside = clamp(p, 1e-4, 1 - 1e-4);
  return Math.log(inside / (1 - inside));
}
