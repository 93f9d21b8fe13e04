/** k-means, and what tells its groups from a mirage: silhouette and adjusted Rand index. */
import { total } from "#stats/numbers";

const RESTARTS = 6;

function square([x, y], [a, b]) {
  return (x - a) ** 2 + (y - b) ** 2;
}

export function nearestCentre(point, centres) {
  let best = 0;
  for (let j = 1; j < centres.length; j += 1) if (square(point, centres[j]) < square(point, centres[best])) best = j;
  return best;
}

/** One k-means run from k-means++ starting points: the next start is drawn in proportion to squared distance. */
function kMeansRun(points, k, random) {
  let centres = [points[Math.floor(random() * points.length)]];
  while (centres.length < k) {
    const gaps = points.map((point) => square(point, centres[nearestCentre(point, centres)]));
    let rest = random() * total(gaps);
    const next = gaps.findIndex((gap) => (rest -= gap) < 0);
    centres.push(points[next < 0 ? points.length - 1 : next]);
  }
  for (let round = 0; round < 50; round += 1) {
    const sums = centres.map(() => [0, 0, 0]);
    for (const point of points) {
      const sum = sums[nearestCentre(point, centres)];
      sum[0] += point[0];
      sum[1] += point[1];
      sum[2] += 1;
    }
    const moved = sums.map(([x, y, n], j) => (n ? [x / n, y / n] : centres[j]));
    const still = moved.every((centre, j) => square(centre, centres[j]) < 1e-18);
    centres = moved;
    if (still) break;
  }
  return { centres, cost: total(points.map((point) => square(point, centres[nearestCentre(point, centres)]))) };
}

export function kMeans(points, k, random) {
  const runs = Array.from({ length: RESTARTS }, () => kMeansRun(points, k, random));
  const { centres } = runs.reduce((best, run) => (run.cost < best.cost ? run : best));
  return { centres, labels: points.map((point) => nearestCentre(point, centres)) };
}

export function silhouette(points, labels, k) {
  const sizes = new Array(k).fill(0);
  for (const group of labels) sizes[group] += 1;
  const widths = points.map((point, i) => {
    const sums = new Array(k).fill(0);
    points.forEach((other, j) => (sums[labels[j]] += Math.sqrt(square(point, other))));
    const own = labels[i];
    if (sizes[own] < 2) return 0;
    const inside = sums[own] / (sizes[own] - 1);
    const outside = Math.min(...sums.map((sum, g) => (g === own || !sizes[g] ? Infinity : sum / sizes[g])));
    return (outside - inside) / Math.max(inside, outside);
  });
  return total(widths) / widths.length;
}

export function adjustedRand(left, right, k) {
  const table = Array.from({ length: k }, () => new Array(k).fill(0));
  left.forEach((group, i) => (table[group][right[i]] += 1));
  const pairs = (numbers) => total(numbers.map((n) => (n * (n - 1)) / 2));
  const together = pairs(table.flat());
  const rows = pairs(table.map(total));
  const columns = pairs(table[0].map((_, j) => total(table.map((row) => row[j]))));
  const expected = (rows * columns) / pairs([left.length]);
  const most = (rows + columns) / 2;
  return most > expected ? (together - expected) / (most - expected) : 1;
}

export function shuffled(values, random) {
  const copy = [...values];
  for (let i = copy.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

/** How many points each group holds. */
export function groupsOf(labels, k) {
  return Array.from({ length: k }, (_, group) => labels.filter((label) => label === group).length);
}
