import { isoOf, yearOf } from "../format.ts";
import { groups } from "../groups.ts";
import { day, land, rows } from "../state.ts";
import { t } from "../words.ts";
import { chartWidth, Frame, LEFT, RIGHT, Rule, ticks } from "./frame.tsx";

const TOP = 14;
const BOTTOM = 270;
const HEIGHT = 298;

/** Models on the screen, by year of their announcement and label. */
export function Years() {
  const { core, first } = land.value;
  const { list, of, facet } = groups();
  const from = yearOf(first);
  const years = Array.from({ length: yearOf(core.about.as_of) - from + 1 }, (_, i) => from + i);
  const counts = years.map(() => list.map(() => 0));
  for (const m of rows.value) {
    const year = counts[yearOf(core.models.known_since[m] ?? 0) - from];
    if (year) for (const group of of(m)) year[group] = (year[group] ?? 0) + 1;
  }
  const highest = Math.max(1, ...counts.map((year) => year.reduce((a, b) => a + b, 0)));
  const y = (n: number): number => BOTTOM - (n / highest) * (BOTTOM - TOP);
  const wide = (chartWidth() - LEFT - RIGHT) / years.length;
  const several = facet.isList ? ` ${t("chart_several")}` : "";
  return (
    <Frame
      kind="years"
      title={t("chart_years")}
      note={t("chart_years_note", { day: isoOf(day.value) }) + several}
      height={HEIGHT}
      groups={list}
      facet={facet.key}
      head={[t("year"), ...list.map((group) => group.name)]}
      table={years.map((year, i) => [year, ...(counts[i] ?? [])])}
    >
      {ticks(highest).map((n) => (
        <Rule key={n} y={y(n)} text={String(n)} />
      ))}
      {years.map((year, i) => {
        let below = 0;
        return (
          <g key={year}>
            {list.map(({ name, colour }, group) => {
              const n = counts[i]?.[group] ?? 0;
              below += n;
              return (
                n > 0 && (
                  <rect
                    key={name}
                    x={LEFT + i * wide + 2}
                    width={wide - 4}
                    y={y(below)}
                    height={y(below - n) - y(below)}
                    fill={colour}
                  >
                    <title>{`${year}, ${name}: ${n}`}</title>
                  </rect>
                )
              );
            })}
            <text x={LEFT + (i + 0.5) * wide} y={BOTTOM + 18} text-anchor="middle" fill="currentColor">
              {i % Math.ceil(40 / wide) ? "" : year}
            </text>
          </g>
        );
      })}
    </Frame>
  );
}
