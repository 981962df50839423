// What is on the screen, as signals; all of it stands in the address, so that a link shows the same again.
import { computed, signal } from "@preact/signals";
import type { Day } from "./data.ts";
import { wantedOf } from "./fold.ts";
import { dayOf, isoOf } from "./format.ts";
import { type Found, find, type Landscape, type Picked, type Range, type Ranges, valuesOn } from "./landscape.ts";
import { sorted } from "./sorting.ts";

export type View = "table" | "charts" | "model" | "compare";
export const VIEWS: readonly View[] = ["table", "charts", "model", "compare"];
export const COMPARED = 4;

export interface Sort {
  column: string;
  descending: boolean;
}

export const COLUMNS = [
  "organisations",
  "known_since",
  "parameters",
  "training_tokens",
  "access",
  "openness",
  "density",
  "media",
];
const SORT: Sort = { column: "known_since", descending: true };
const BY = "access";

/** Set once, before anything is drawn. */
export const land = signal<Landscape>(undefined as unknown as Landscape);

export const lang = signal<0 | 1>(0);
export const view = signal<View>("table");
export const model = signal<string>("");
export const day = signal<Day>(0);
export const query = signal("");
export const picked = signal<Picked>({});
export const ranges = signal<Ranges>({});
export const sort = signal<Sort>(SORT);
export const columns = signal<readonly string[]>(COLUMNS);
export const compared = signal<readonly string[]>([]);
/** The facet that colours charts. */
export const by = signal(BY);

export const values = computed(() => valuesOn(land.value, day.value));
/** What the names of a model must hold. */
export const wanted = computed(() => wantedOf(query.value, land.value.names));
export const found = computed<Found>(() =>
  find(land.value, day.value, values.value, picked.value, ranges.value, wanted.value),
);
export const rows = computed(() => sorted(land.value, found.value.rows, values.value, sort.value, lang.value));
export const isFiltered = computed(
  () => query.value !== "" || Object.keys(picked.value).length > 0 || Object.keys(ranges.value).length > 0,
);

const part = (text: string): string => encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%3A", ":");
const list = (texts: readonly string[]): string => texts.map(part).join(",");

/** The address of what is on the screen, or of it with something else. */
export function hashOf(change: { view?: View; model?: string } = {}): string {
  const shown = change.view ?? view.value;
  const parts: [string, string][] = [["lang", lang.value ? "ja" : "en"]];
  if (shown !== "table") parts.push(["view", shown]);
  if (shown === "model") parts.push(["model", part(change.model ?? model.value)]);
  if (day.value !== land.value.core.about.as_of) parts.push(["day", isoOf(day.value)]);
  if (query.value) parts.push(["q", part(query.value)]);
  for (const [key, codes] of Object.entries(picked.value)) parts.push([key, list(codes)]);
  for (const [key, [low, high]] of Object.entries(ranges.value)) {
    const text = (n: number | null): string =>
      n === null ? "" : land.value.measure.get(key)?.isDate ? isoOf(n) : `${n}`;
    parts.push([key, `${text(low)}..${text(high)}`]);
  }
  if (sort.value.column !== SORT.column || sort.value.descending !== SORT.descending)
    parts.push(["sort", `${sort.value.descending ? "-" : ""}${sort.value.column}`]);
  if (columns.value.join() !== COLUMNS.join()) parts.push(["columns", list(columns.value)]);
  if (compared.value.length) parts.push(["compare", list(compared.value)]);
  if (by.value !== BY) parts.push(["by", by.value]);
  return `#${parts.map(([key, value]) => `${key}=${value}`).join("&")}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // half of an escape, as a cut link has it
  }
}

function rangeOf(text: string, isDate: boolean): Range {
  const [low = "", high = ""] = text.split("..");
  const number = (t: string): number | null => {
    const value = isDate ? dayOf(t) : t === "" ? Number.NaN : Number(t);
    return value === null || Number.isNaN(value) ? null : value;
  };
  return [number(low), number(high)];
}

/** Take up what an address says; what it does not say, or says of things that are not here, is as at the start. */
export function takeUp(hash: string): void {
  const said = new Map(
    hash
      .replace(/^#/, "")
      .split("&")
      .map((pair): [string, string] => {
        const [key = "", ...rest] = pair.split("=");
        return [key, rest.join("=")];
      }),
  );
  const one = (key: string): string => decoded(said.get(key) ?? "");
  const many = (key: string): string[] => (said.get(key) ?? "").split(",").filter(Boolean).map(decoded);
  const { facet, measure, place, core } = land.value;
  const isColumn = (key: string): boolean => facet.has(key) || measure.has(key);
  if (said.has("lang")) lang.value = one("lang") === "ja" ? 1 : 0;
  view.value = VIEWS.find((v) => v === one("view")) ?? "table";
  model.value = one("model");
  const asked = dayOf(one("day")) ?? core.about.as_of;
  day.value = Math.min(core.about.as_of, Math.max(land.value.first, asked));
  query.value = one("q");
  picked.value = Object.fromEntries(
    [...facet.values()].flatMap(({ key, codes }) => {
      const chosen = many(key).filter((code) => codes.includes(code));
      return chosen.length ? [[key, chosen]] : [];
    }),
  );
  ranges.value = Object.fromEntries(
    [...measure.values()].flatMap(({ key, isDate }) => {
      const range = rangeOf(one(key), isDate);
      return range[0] === null && range[1] === null ? [] : [[key, range]];
    }),
  );
  const by_ = one("sort").replace(/^-/, "");
  sort.value = isColumn(by_) || by_ === "name" ? { column: by_, descending: one("sort").startsWith("-") } : SORT;
  columns.value = said.has("columns") ? many("columns").filter(isColumn) : COLUMNS;
  compared.value = many("compare")
    .filter((id) => place.has(id))
    .slice(0, COMPARED);
  by.value = facet.has(one("by")) ? one("by") : BY;
}

export function pick(key: string, code: string): void {
  const now = picked.value[key] ?? [];
  const next = now.includes(code) ? now.filter((c) => c !== code) : [...now, code];
  const { [key]: _, ...rest } = picked.value;
  picked.value = next.length ? { ...rest, [key]: next } : rest;
}

export function setRange(key: string, range: Range): void {
  const { [key]: _, ...rest } = ranges.value;
  ranges.value = range[0] === null && range[1] === null ? rest : { ...rest, [key]: range };
}

export function compare(id: string): void {
  const now = compared.value;
  compared.value = now.includes(id) ? now.filter((c) => c !== id) : [...now, id].slice(0, COMPARED);
}

export function clear(): void {
  picked.value = {};
  ranges.value = {};
  query.value = "";
}
