import { quarterOf, quarterStart } from "../format.ts";
import { colourOf } from "../groups.ts";
import { day, land, rows } from "../state.ts";
import { t, valueName } from "../words.ts";
import { chartWidth, Frame, LEFT, RIGHT, Rule } from "./frame.tsx";

const TOP = 14;
const BOTTOM = 250;
const HEIGHT = 278;

/** For each label of access: how many of the rows held it at the end of each quarter up to the day. */
function held(quarters: readonly number[]): number[][] {
  const [models, labels, from, to] = land.value.core.labels.access ?? [[], [], [], []];
  const there = new Set(rows.value);
  const counts = quarters.map((): number[] => []);
  const start = quarters[0] ?? 0;
  models.forEach((m, i) => {
    if (!there.has(m)) return;
    const label = labels[i] ?? 0;
    const until = to[i] ?? Number.POSITIVE_INFINITY;
    for (let q = Math.max(start, quarterOf(from[i] ?? 0)); q - start < quarters.length; q++) {
      const last = Math.min(day.value, quarterStart(q + 1) - 1);
      if (last >= until) break;
      const count = counts[q - start];
      if (count && last >= (from[i] ?? 0)) count[label] = (count[label] ?? 0) + 1;
    }
  });
  return counts;
}

/** Who could use the models on the screen, as shares at the end of each quarter. */
export function Access() {
  const facet = land.value.facet.get("access");
  if (!facet) return null;
  const first = quarterOf(land.value.first);
  const quarters = Array.from({ length: quarterOf(day.value) - first + 1 }, (_, i) => first + i);
  const counts = held(quarters);
  const shown = facet.codes.flatMap((code, label) => (counts.some((count) => count[label]) ? [{ code, label }] : []));
  const groups = shown.map(({ code, label }) => ({
    code,
    name: valueName(facet, label),
    colour: colourOf(facet, label),
    count: counts.at(-1)?.[label] ?? 0,
  }));
  const wide = (chartWidth() - LEFT - RIGHT) / Math.max(1, quarterOf(land.value.core.about.as_of) - first + 1);
  const y = (share: number): number => BOTTOM - share * (BOTTOM - TOP);
  const total = (i: number): number => counts[i]?.reduce((a, b) => a + (b ?? 0), 0) ?? 0;
  const name = (q: number): string => `${1970 + Math.floor(q / 4)}Q${(q % 4) + 1}`;
  return (
    <Frame
      kind="access"
      title={t("chart_access")}
      note={t("chart_access_note", { n: total(quarters.length - 1) })}
      height={HEIGHT}
      groups={groups}
      facet="access"
      head={[t("quarter"), ...groups.map((group) => group.name)]}
      table={quarters.map((q, i) => [name(q), ...shown.map(({ label }) => counts[i]?.[label] ?? 0)])}
    >
      {[0, 0.25, 0.5, 0.75, 1].map((share) => (
        <Rule key={share} y={y(share)} text={`${share * 100}%`} />
      ))}
      {quarters.map((q, i) => {
        let below = 0;
        return (
          <g key={q}>
            {shown.map(({ code, label }, place) => {
              const n = counts[i]?.[label] ?? 0;
              const share = n / total(i);
              below += n > 0 ? share : 0;
              return (
                n > 0 && (
                  <rect
                    key={code}
                    x={LEFT + i * wide}
                    width={wide + 0.3}
                    y={y(below)}
                    height={y(below - share) - y(below)}
                    fill={groups[place]?.colour}
                  >
                    <title>{`${name(q)}, ${groups[place]?.name}: ${n} (${Math.round(share * 100)}%)`}</title>
                  </rect>
                )
              );
            })}
            {q % 4 === 0 && (
              <text x={LEFT + i * wide} y={BOTTOM + 18} fill="currentColor">
                {Math.floor(q / 4) % Math.ceil(44 / (wide * 4)) ? "" : 1970 + Math.floor(q / 4)}
              </text>
            )}
          </g>
        );
      })}
    </Frame>
  );
}
