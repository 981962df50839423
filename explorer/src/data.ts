// The release's data as the page holds it: the core is read at the start, details when a model is first opened.

export type Day = number;
type Two = readonly [string, string];

export interface Label {
  label: string;
  title_en: string;
  title_ja: string;
  meaning_en: string;
  meaning_ja: string;
}

export interface Threshold {
  threshold: string;
  threshold_value: number;
  unit: string | null;
  origin: string;
  meaning_en: string;
  meaning_ja: string;
}

export interface Axis {
  axis: string;
  title_en: string;
  title_ja: string;
  meaning_en: string;
  meaning_ja: string;
  time_en: string;
  time_ja: string;
  is_dated: boolean;
  is_multiple: boolean;
  labels: Label[];
  thresholds: Threshold[];
}

/** Model, place of the value, first day, first day on which it no longer holds: four lists of one length. */
export type Stretches = readonly [number[], number[], Day[], (Day | null)[]];

/** Kind, meaning in English and in Japanese, unit. */
export type Field = readonly [string, string, string, string | null];

export type FactValue = number | string | string[] | null;

export interface Core {
  about: {
    label: string;
    title: Two;
    author: string;
    licence: string;
    licence_url: string;
    version: string;
    schema_version: string;
    as_of: Day;
    collected_until: Day | null;
    horizon: Two | null;
  };
  states: string[];
  axes: Axis[];
  fields: Record<string, Field>;
  organisations: {
    organisation_id: string[];
    organisation_name: string[];
    organisation_name_ja: (string | null)[];
    country: (string | null)[];
  };
  licences: {
    licence_id: string[];
    licence_name: string[];
    url: (string | null)[];
    licence_kind: string[];
    commercial_use: boolean[];
  };
  models: {
    model_id: string[];
    name: string[];
    name_ja: (string | null)[];
    aliases: (string[] | null)[];
    countries: (string[] | null)[];
    known_since: Day[];
    known_since_precision: string[];
    link: (string | null)[];
    organisations: number[][];
    facts: Record<string, FactValue[]>;
    states: Record<string, (number | null)[]>;
  };
  labels: Record<string, Stretches>;
  licensed: Stretches;
}

export interface Source {
  source_kind: string;
  is_primary?: true;
  title: string;
  url: string;
  published?: Day;
  published_precision?: string;
  accessed: Day;
  read_as: string;
  read_at?: string;
}

export interface Statement {
  variant?: string;
  field: string;
  statement_kind: string;
  date_precision?: string;
  printed?: string;
  location?: string;
  since?: Day;
  since_precision?: string;
  until?: Day;
  aspect?: string;
  other_id?: string;
  is_estimate?: true;
  is_preferred?: true;
  is_chosen?: true;
  source?: number;
  value: FactValue | boolean;
}

export interface Fact {
  field: string;
  state: string;
  basis?: string;
  date_precision?: string;
  source_count: number;
  spread?: number;
  on?: number[];
  value: FactValue | boolean;
}

export interface Given {
  axis: string;
  label: string;
  valid_from: Day;
  valid_to?: Day;
  rule_id: string;
  detail?: string;
  missing_field?: string;
  on?: number[];
}

export interface Variant {
  variant: string;
  parameters?: number;
  active_parameters?: number;
  layers?: number;
  context_length?: number;
  training_tokens?: number;
  weights?: string;
  licence?: string;
}

export interface Period {
  valid_from: Day;
  valid_to?: Day;
  access: string;
  [channel: string]: string | number | string[] | undefined;
}

export interface Identifier {
  scheme: string;
  identifier: string;
  identifier_relation: string;
  url: string;
}

export interface Relation {
  relation_kind: string;
  other_id: string;
  field: string;
  factor?: number;
}

export interface Details {
  sources: Source[];
  statements: Statement[];
  facts: Fact[];
  labels: Given[];
  variants: Variant[];
  access_periods: Period[];
  identifiers: Identifier[];
  relations: Relation[];
}

/** A table of all models: its columns, and for each model the row behind its last. */
interface Table {
  ends: number[];
  columns: Record<string, unknown[]>;
}

async function unpacked<T>(id: string): Promise<T> {
  const binary = atob(document.getElementById(id)?.textContent ?? "");
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(text).json()) as T;
}

export const readCore = (): Promise<Core> => unpacked<Core>("core");

/** The rows of a model, each with what it says: neither what is missing nor what is false, but for the value. */
function rowsOf({ ends, columns }: Table, m: number): Record<string, unknown>[] {
  const rows: Record<string, unknown>[] = [];
  for (let row = ends[m - 1] ?? 0; row < (ends[m] ?? 0); row += 1) {
    const said: Record<string, unknown> = {};
    for (const name in columns) {
      const cell = columns[name]?.[row];
      if (name === "value" || (cell !== null && cell !== false)) said[name] = cell;
    }
    rows.push(said);
  }
  return rows;
}

function byModel(tables: Record<keyof Details, Table>): Details[] {
  return tables.facts.ends.map(
    (_, m) =>
      Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, rowsOf(table, m)])) as unknown as Details,
  );
}

let details: Promise<Details[]> | undefined;

/** Details of all models; the element stands behind the script, so the page may still be on its way. */
export function readDetails(): Promise<Details[]> {
  details ??= new Promise<void>((ready) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => ready(), { once: true });
    else ready();
  })
    .then(() => unpacked<Record<keyof Details, Table>>("details"))
    .then(byModel);
  return details;
}
