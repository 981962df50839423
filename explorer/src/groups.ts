// Colours of a chart: the labels of one facet, told apart also by those who see few colours.
import type { Facet } from "./landscape.ts";
import { by, found, land, values } from "./state.ts";
import { t, valueName } from "./words.ts";

// Okabe and Ito's colours, then Tol's; grey is for what nobody knows
const COLOURS = [
  "#0072b2",
  "#e69f00",
  "#009e73",
  "#cc79a7",
  "#56b4e9",
  "#d55e00",
  "#8c6d31",
  "#5b4fc4",
  "#b5bd00",
  "#aa4499",
  "#44aa99",
  "#a0522d",
  "#6699cc",
  "#c2185b",
];
const GREY = "#8a8a8a";
const PALE = "#b9b9b9";
const MOST = 14;

export interface Group {
  /** Code of the one value that it stands for; null for all others. */
  code: string | null;
  name: string;
  colour: string;
  count: number;
}

export interface Groups {
  facet: Facet;
  list: Group[];
  /** Groups of a model by place; one for those without a value. */
  of: (model: number) => readonly number[];
}

/** Colour of a value by its turn; of few values each has its own, whatever the filter. */
export function colourOf(facet: Facet, place: number, turn: number = place): string {
  return facet.codes[place] === "unknown" ? GREY : (COLOURS[turn % COLOURS.length] ?? GREY);
}

/** The values of a facet that rows have, each a group; of more than fit, the frequent ones, and the others. */
export function groupsOf(facet: Facet, rows: readonly number[]): Groups {
  const held = values.value.get(facet.key) ?? [];
  const counts = new Array<number>(facet.codes.length).fill(0);
  let without = 0;
  for (const m of rows) {
    const places = held[m] ?? [];
    if (places.length === 0) without++;
    for (const place of places) counts[place] = (counts[place] ?? 0) + 1;
  }
  const there = counts.map((_, place) => place).filter((place) => counts[place]);
  const few = facet.codes.length <= COLOURS.length + 1;
  const kept = few ? there : [...there].sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0)).slice(0, MOST);
  let next = 0;
  const list = kept.map((place): Group => {
    const colour = colourOf(facet, place, few ? place : next++);
    return { code: facet.codes[place] ?? "", name: valueName(facet, place), colour, count: counts[place] ?? 0 };
  });
  const groupOf = new Map(kept.map((place, index) => [place, index]));
  const rest = there.filter((place) => !groupOf.has(place));
  if (rest.length) {
    for (const place of rest) groupOf.set(place, list.length);
    list.push({ code: null, name: t("others"), colour: GREY, count: rest.reduce((n, p) => n + (counts[p] ?? 0), 0) });
  }
  const none = [list.length];
  if (without) list.push({ code: null, name: t("no_label"), colour: PALE, count: without });
  const of = (m: number): readonly number[] => {
    const places = held[m] ?? [];
    return places.length === 0 ? none : places.flatMap((place) => groupOf.get(place) ?? []);
  };
  return { facet, list, of };
}

/** The groups that colour the charts. */
export function groups(): Groups {
  const facet = land.value.facet.get(by.value) ?? land.value.facets[0];
  if (!facet) throw new Error("the release has no axis");
  return groupsOf(facet, found.value.rows);
}
