// Order of the rows of the table.
import type { Landscape, Values } from "./landscape.ts";
import type { Sort } from "./state.ts";

const ranks = new WeakMap<Landscape, Float64Array[]>();

/** Place of each model in the order of the names in a language. */
function nameRanks(land: Landscape, lang: 0 | 1): Float64Array {
  const known = ranks.get(land) ?? [];
  ranks.set(land, known);
  const there = known[lang];
  if (there) return there;
  const { name, name_ja } = land.core.models;
  const compare = new Intl.Collator(lang ? "ja" : "en", { numeric: true }).compare;
  const shown = name.map((en, m) => (lang ? (name_ja[m] ?? en) : en));
  const order = shown.map((_, m) => m).sort((a, b) => compare(shown[a] ?? "", shown[b] ?? "") || a - b);
  const rank = new Float64Array(name.length);
  order.forEach((m, place) => {
    rank[m] = place;
  });
  known[lang] = rank;
  return rank;
}

/** What a column is sorted by: a number, the place of the first label, the rank of the name; null comes last. */
function keyOf(
  land: Landscape,
  values: Map<string, Values>,
  column: string,
  ranked: Float64Array,
): (m: number) => number | null {
  const measure = land.measure.get(column);
  if (measure) return (m) => measure.values[m] ?? null;
  const of = values.get(column);
  if (of) return (m) => of[m]?.[0] ?? null;
  return (m) => ranked[m] ?? null;
}

export function sorted(
  land: Landscape,
  rows: readonly number[],
  values: Map<string, Values>,
  sort: Sort,
  lang: 0 | 1,
): number[] {
  const ranked = nameRanks(land, lang);
  const key = keyOf(land, values, sort.column, ranked);
  const keys = new Map(rows.map((m) => [m, key(m)]));
  const sign = sort.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [keys.get(a) ?? null, keys.get(b) ?? null];
    if (x !== y) return x === null ? 1 : y === null ? -1 : sign * (x - y);
    return (ranked[a] ?? 0) - (ranked[b] ?? 0);
  });
}
