// The filter of the screen as a query over the release's kiban.duckdb.
import { isoOf } from "./format.ts";
import { columns, day, land, picked, ranges, sort, wanted } from "./state.ts";

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Names as `fold.ts` folds them; of widths, SQL narrows Latin letters and digits alone. */
const NAMES = `regexp_replace(lower(translate(
    concat_ws('|', models.model_id, models.name, models.name_ja, array_to_string(models.aliases, '|'),
      (select string_agg(concat_ws('|', organisation_name, organisation_name_ja), '|' order by organisation_id)
       from organisations where list_contains(models.organisations, organisation_id))),
    '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ',
    '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')), '[^\\p{L}\\p{N}\\p{M}|]', '', 'g')`;

/** Where a column stands in the query. */
function columnOf(key: string): string {
  const facet = land.value.facet.get(key);
  if (facet?.group === "axes") return `landscape.${key}`;
  if (facet?.group === "terms") return key === "licence" ? "held.licence" : "licences.commercial_use";
  return `models.${key}`;
}

function conditions(): string[] {
  const all = wanted.value.map((word) => `contains(${NAMES}, ${text(word)})`);
  for (const [key, codes] of Object.entries(picked.value)) {
    const column = columnOf(key);
    const facet = land.value.facet.get(key);
    if (key === "commercial_use")
      all.push(`${column} in (${codes.map((code) => (code === "true" ? "true" : "false")).join(", ")})`);
    else if (facet?.isList) all.push(`list_has_any(${column}, [${codes.map(text).join(", ")}])`);
    else all.push(`${column} in (${codes.map(text).join(", ")})`);
  }
  for (const [key, [low, high]] of Object.entries(ranges.value)) {
    const isDate = land.value.measure.get(key)?.isDate;
    const value = (n: number): string => (isDate ? `date '${isoOf(n)}'` : String(n));
    if (low !== null) all.push(`models.${key} >= ${value(low)}`);
    if (high !== null) all.push(`models.${key} <= ${value(high)}`);
  }
  return all;
}

/** A query that gives the rows of the screen. */
export function sqlOf(): string {
  const { about } = land.value.core;
  const shown = columns.value.map(columnOf);
  const ordered = sort.value.column === "name" ? "models.name" : columnOf(sort.value.column);
  const where = conditions();
  return [
    `-- ${about.label} ${about.version}, ${about.licence}: the landscape on ${isoOf(day.value)}. Run it on kiban.duckdb.`,
    "select",
    ["models.model_id", "models.name", ...shown].map((column) => `  ${column}`).join(",\n"),
    `from landscape(date '${isoOf(day.value)}') as landscape`,
    "inner join models on landscape.model_id = models.model_id",
    "left join access_periods as held",
    "  on models.model_id = held.model_id",
    `  and held.valid_from <= date '${isoOf(day.value)}'`,
    `  and (held.valid_to is null or held.valid_to > date '${isoOf(day.value)}')`,
    "left join licences on held.licence = licences.licence_id",
    ...(where.length ? [`where ${where.join("\n  and ")}`] : []),
    `order by ${ordered}${sort.value.descending ? " desc" : ""} nulls last, models.model_id;`,
    "",
  ].join("\n");
}
