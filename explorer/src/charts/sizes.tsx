import { isoOf, showDay, showShort, yearOf } from "../format.ts";
import { groups } from "../groups.ts";
import { day, hashOf, land, lang, rows } from "../state.ts";
import { modelName, t } from "../words.ts";
import { chartWidth, Frame, LEFT, RIGHT, Rule } from "./frame.tsx";

const TOP = 14;
const BOTTOM = 340;
const STRIP = 400;
const HEIGHT = 428;

const titles: Map<number, string>[] = [new Map(), new Map()];

/** Name, day and size of a point; kept, since thousands of numbers take long to be written out. */
function titleOf(m: number): string {
  const kept = titles[lang.value]?.get(m);
  if (kept !== undefined) return kept;
  const { known_since, known_since_precision } = land.value.core.models;
  const size = land.value.measure.get("parameters")?.values[m];
  const name = `${modelName(m)}, ${showDay(known_since[m] ?? 0, known_since_precision[m])}`;
  const title = size ? `${name}, ${showShort(size, lang.value)}` : name;
  titles[lang.value]?.set(m, title);
  return title;
}

/** Models over time: parameters on a log scale, those of unknown size in a strip below. */
export function Sizes() {
  const { core, first, measure } = land.value;
  const { known_since } = core.models;
  const sizes = measure.get("parameters")?.values ?? [];
  const { list, of, facet } = groups();
  const start = Date.UTC(yearOf(first), 0, 1) / 86_400_000;
  const end = core.about.as_of + 30;
  const x = (d: number): number => LEFT + ((d - start) / (end - start)) * (chartWidth() - LEFT - RIGHT);
  const known = sizes.filter((size): size is number => size !== null && size > 0);
  const low = Math.floor(Math.log10(known.length ? Math.min(...known) : 1));
  const high = Math.ceil(Math.log10(known.length ? Math.max(...known) : 10));
  const y = (size: number): number => BOTTOM - ((Math.log10(size) - low) / Math.max(1, high - low)) * (BOTTOM - TOP);
  const powers = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const years = Array.from({ length: yearOf(end) - yearOf(start) + 1 }, (_, i) => yearOf(start) + i);
  const every = Math.ceil((years.length * 44) / (chartWidth() - LEFT - RIGHT));
  const sized = rows.value.filter((m) => (sizes[m] ?? 0) > 0).length;
  const several = facet.isList ? ` ${t("chart_first")}` : "";
  const open = (event: MouseEvent): void => {
    const id = (event.target as Element).getAttribute("data-id");
    if (id) location.hash = hashOf({ view: "model", model: id });
  };
  return (
    <Frame
      kind="sizes"
      title={t("chart_sizes")}
      note={t("chart_sizes_note", { n: sized, m: rows.value.length - sized }) + several}
      height={HEIGHT}
      groups={list}
      facet={facet.key}
      head={[]}
      table={[]}
    >
      {powers.map((power) => (
        <Rule key={power} y={y(10 ** power)} text={showShort(10 ** power, lang.value)} />
      ))}
      {years.map((year, i) => {
        const at = x(Date.UTC(year, 0, 1) / 86_400_000);
        return (
          <g key={year}>
            <line x1={at} x2={at} y1={TOP} y2={STRIP} stroke="currentColor" stroke-opacity="0.08" />
            {i % every === 0 && (
              <text x={at + 2} y={STRIP + 18} fill="currentColor">
                {year}
              </text>
            )}
          </g>
        );
      })}
      <text x={LEFT + 2} y={BOTTOM + 16} fill="currentColor" fill-opacity="0.75">
        {t("size_unknown")}
      </text>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a shortcut; the table leads to every model by keyboard */}
      <g onClick={open}>
        {rows.value.map((m) => {
          const size = sizes[m] ?? 0;
          const since = known_since[m] ?? 0;
          return (
            <circle
              key={m}
              class="point"
              data-id={core.models.model_id[m]}
              cx={x(since)}
              cy={size > 0 ? y(size) : BOTTOM + 26 + ((m * 11) % (STRIP - BOTTOM - 32))}
              r={4.2}
              fill={list[of(m)[0] ?? 0]?.colour ?? "#8a8a8a"}
              fill-opacity={0.8}
              stroke="#fff"
              stroke-opacity={0.5}
            >
              <title>{titleOf(m)}</title>
            </circle>
          );
        })}
      </g>
      {day.value < core.about.as_of && (
        <g>
          <line x1={x(day.value)} x2={x(day.value)} y1={TOP} y2={STRIP} stroke="currentColor" stroke-dasharray="4 3" />
          <text x={x(day.value) + 4} y={TOP + 10} fill="currentColor">
            {isoOf(day.value)}
          </text>
        </g>
      )}
    </Frame>
  );
}
