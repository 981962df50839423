// Who is in the landscape on a day, what each is then, and which of them pass the filters.
import type { Core, Day, FactValue, Stretches } from "./data.ts";
import { haystack } from "./fold.ts";

export type Two = readonly [string, string];

/** Something with words for values that models can be filtered by: an axis, makers, a fact. */
export interface Facet {
  key: string;
  group: "axes" | "makers" | "terms" | "facts";
  title: Two | null;
  meaning: Two;
  codes: string[];
  words: (Two | null)[];
  meanings: (Two | null)[];
  isList: boolean;
}

/** Something with numbers or days that models can be filtered by, in bins for its histogram. */
export interface Measure {
  key: string;
  isDate: boolean;
  meaning: Two;
  unit: string | null;
  values: (number | null)[];
  edges: number[];
  bins: number[][];
}

/** For each model the places of its values. */
export type Values = readonly (readonly number[])[];

export interface Landscape {
  core: Core;
  size: number;
  names: string[];
  place: Map<string, number>;
  facets: Facet[];
  measures: Measure[];
  facet: Map<string, Facet>;
  measure: Map<string, Measure>;
  /** Values of facets that no day changes. */
  lasting: Map<string, Values>;
  first: Day;
}

const NONE: readonly number[] = [];

function axisFacets(core: Core): Facet[] {
  return core.axes.map((axis) => ({
    key: axis.axis,
    group: "axes",
    title: [axis.title_en, axis.title_ja],
    meaning: [axis.meaning_en, axis.meaning_ja],
    codes: axis.labels.map((label) => label.label),
    words: axis.labels.map((label) => [label.title_en, label.title_ja]),
    meanings: axis.labels.map((label) => [label.meaning_en, label.meaning_ja]),
    isList: axis.is_multiple,
  }));
}

/** A facet over codes as they stand in lists, the frequent ones first. */
function coded(
  key: string,
  group: Facet["group"],
  meaning: Two,
  lists: (string[] | null)[],
  isList: boolean,
): [Facet, Values] {
  const counts = new Map<string, number>();
  for (const list of lists) for (const code of list ?? []) counts.set(code, (counts.get(code) ?? 0) + 1);
  const codes = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1));
  const place = new Map(codes.map((code, index) => [code, index]));
  const words = codes.map(() => null);
  const facet: Facet = { key, group, title: null, meaning, codes, words, meanings: words, isList };
  return [facet, lists.map((list) => list?.flatMap((code) => place.get(code) ?? []) ?? NONE)];
}

function makers(core: Core): [Facet, Values] {
  const { organisation_id, organisation_name, organisation_name_ja } = core.organisations;
  const codes = core.models.organisations.map((list) => list.map((i) => organisation_id[i] ?? ""));
  const [facet, values] = coded("organisations", "makers", ["", ""], codes, true);
  const place = new Map(organisation_id.map((id, index) => [id, index]));
  facet.words = facet.codes.map((id) => {
    const index = place.get(id) ?? 0;
    const name = organisation_name[index] ?? id;
    return [name, organisation_name_ja[index] ?? name];
  });
  return [facet, values];
}

function termsFacets(core: Core): Facet[] {
  const { licence_id, licence_name } = core.licences;
  const nothing = { group: "terms", title: null, meaning: ["", ""], isList: false } as const;
  const words: Two[] = licence_name.map((name) => [name, name]);
  const yesNo = ["true", "false"];
  return [
    { ...nothing, key: "licence", codes: licence_id, words, meanings: words.map(() => null) },
    { ...nothing, key: "commercial_use", codes: yesNo, words: [null, null], meanings: [null, null] },
  ];
}

/** Measures that are asked for most come first. */
const FIRST = ["known_since", "parameters", "training_tokens", "active_parameters", "context_length", "training_flop"];
const turn = ({ key }: Measure): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);

const BINS = 24;

function measured(key: string, isDate: boolean, meaning: Two, unit: string | null, values: FactValue[]): Measure {
  const numbers = values.map((value) => (typeof value === "number" ? value : null));
  const there = numbers.filter((value): value is number => value !== null && (isDate || value > 0));
  const scale = (value: number): number => (isDate ? value : Math.log10(value));
  const low = there.length ? scale(Math.min(...there)) : 0;
  const step = ((there.length ? scale(Math.max(...there)) : 1) - low) / BINS || 1;
  const edges = Array.from({ length: BINS + 1 }, (_, i) => (isDate ? low + i * step : 10 ** (low + i * step)));
  const bin = (value: number): number => Math.min(BINS - 1, Math.max(0, Math.floor((scale(value) - low) / step)));
  const bins = numbers.map((value) => (value === null || (!isDate && value <= 0) ? [] : [bin(value)]));
  return { key, isDate, meaning, unit, values: numbers, edges, bins };
}

const listed = (value: FactValue): string[] | null =>
  value === null ? null : Array.isArray(value) ? value : [String(value)];

export function landscapeOf(core: Core): Landscape {
  const { models, organisations } = core;
  const of = (list: (string | null)[], m: number): (string | null)[] =>
    models.organisations[m]?.map((i) => list[i] ?? null) ?? [];
  const lasting = new Map<string, Values>();
  const keep = ([facet, values]: [Facet, Values]): Facet => {
    lasting.set(facet.key, values);
    return facet;
  };
  const facts = Object.entries(models.facts).map(([key, values]) => ({ key, values, field: core.fields[key] }));
  const facets = [
    ...axisFacets(core),
    keep(makers(core)),
    keep(coded("countries", "makers", ["", ""], models.countries, true)),
    ...termsFacets(core),
    ...facts
      .filter(({ field }) => field?.[0] === "code" || field?.[0] === "codes")
      .map(({ key, values, field }) =>
        keep(coded(key, "facts", [field?.[1] ?? "", field?.[2] ?? ""], values.map(listed), field?.[0] === "codes")),
      ),
  ];
  const measures = [
    measured("known_since", true, ["", ""], null, models.known_since),
    ...facts
      .filter(({ key, field }) => key !== "announced" && ["count", "number", "date"].includes(field?.[0] ?? ""))
      .map(({ key, values, field }) =>
        measured(key, field?.[0] === "date", [field?.[1] ?? "", field?.[2] ?? ""], field?.[3] ?? null, values),
      ),
  ].sort((a, b) => turn(a) - turn(b));
  return {
    core,
    size: models.model_id.length,
    names: models.model_id.map((id, m) =>
      haystack([
        id,
        models.name[m],
        models.name_ja[m],
        ...(models.aliases[m] ?? []),
        ...of(organisations.organisation_name, m),
        ...of(organisations.organisation_name_ja, m),
      ]),
    ),
    place: new Map(models.model_id.map((id, m) => [id, m])),
    facets,
    measures,
    facet: new Map(facets.map((facet) => [facet.key, facet])),
    measure: new Map(measures.map((measure) => [measure.key, measure])),
    lasting,
    first: models.known_since.length ? Math.min(...models.known_since) : core.about.as_of,
  };
}

/** For each model the places that hold on a day, in their order. */
export function heldOn([models, places, from, to]: Stretches, size: number, day: Day): number[][] {
  const held: number[][] = Array.from({ length: size }, () => []);
  for (let i = 0; i < models.length; i++) {
    const until = to[i];
    if ((from[i] ?? 0) <= day && (until === null || until === undefined || until > day))
      held[models[i] ?? 0]?.push(places[i] ?? 0);
  }
  for (const list of held) if (list.length > 1) list.sort((a, b) => a - b);
  return held;
}

/** The values of every facet on a day. */
export function valuesOn(land: Landscape, day: Day): Map<string, Values> {
  const values = new Map(land.lasting);
  for (const axis of land.core.axes) {
    const stretches = land.core.labels[axis.axis];
    if (stretches) values.set(axis.axis, heldOn(stretches, land.size, day));
  }
  const licences = heldOn(land.core.licensed, land.size, day);
  values.set("licence", licences);
  const permits = land.core.licences.commercial_use;
  values.set(
    "commercial_use",
    licences.map((list) => list.slice(0, 1).map((i) => (permits[i] ? 0 : 1))),
  );
  return values;
}

export type Picked = Readonly<Record<string, readonly string[]>>;
export type Range = readonly [number | null, number | null];
export type Ranges = Readonly<Record<string, Range>>;

export interface Found {
  rows: number[];
  /** For each facet or measure: how many models each value or bin would leave, all other filters as they are. */
  counts: Map<string, Int32Array>;
}

interface Test {
  key: string;
  passes: (model: number) => boolean;
}

function tests(land: Landscape, values: Map<string, Values>, picked: Picked, ranges: Ranges): Test[] {
  const all: Test[] = [];
  for (const [key, codes] of Object.entries(picked)) {
    const facet = land.facet.get(key);
    const of = values.get(key);
    if (!facet || !of || codes.length === 0) continue;
    const wanted = new Set(codes.map((code) => facet.codes.indexOf(code)));
    all.push({ key, passes: (m) => of[m]?.some((place) => wanted.has(place)) ?? false });
  }
  for (const [key, [low, high]] of Object.entries(ranges)) {
    const of = land.measure.get(key)?.values;
    if (!of || (low === null && high === null)) continue;
    const [least, most] = [low ?? -Infinity, high ?? Infinity];
    all.push({
      key,
      passes: (m) => {
        const value = of[m] ?? null;
        return value !== null && value >= least && value <= most;
      },
    });
  }
  return all;
}

/** Filter the landscape of a day, and count what each further filter would leave. */
export function find(
  land: Landscape,
  day: Day,
  values: Map<string, Values>,
  picked: Picked,
  ranges: Ranges,
  wanted: readonly string[],
): Found {
  const counted: [string, Values, Int32Array][] = [
    ...land.facets.map((f): [string, Values, Int32Array] => [
      f.key,
      values.get(f.key) ?? [],
      new Int32Array(f.codes.length),
    ]),
    ...land.measures.map((m): [string, Values, Int32Array] => [m.key, m.bins, new Int32Array(m.edges.length - 1)]),
  ];
  const counts = new Map(counted.map(([key, , count]) => [key, count]));
  const byKey = new Map(counted.map((entry) => [entry[0], entry]));
  const add = (entry: [string, Values, Int32Array] | undefined, m: number): void => {
    if (!entry) return;
    for (const place of entry[1][m] ?? NONE) entry[2][place] = (entry[2][place] ?? 0) + 1;
  };
  const all = tests(land, values, picked, ranges);
  const since = land.core.models.known_since;
  const rows: number[] = [];
  for (let m = 0; m < land.size; m++) {
    if ((since[m] ?? 0) > day || !wanted.every((word) => land.names[m]?.includes(word))) continue;
    const failed = all.filter((test) => !test.passes(m));
    if (failed.length === 0) {
      rows.push(m);
      for (const entry of counted) add(entry, m);
    } else if (failed.length === 1 && failed[0]) add(byKey.get(failed[0].key), m);
  }
  return { rows, counts };
}
