import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { type Key, saveSvg } from "../download.ts";
import type { Group } from "../groups.ts";
import { Scroll } from "../scroll.tsx";
import { pick, picked } from "../state.ts";
import { t } from "../words.ts";

/** Charts are drawn as wide as a narrow screen, so that their text can be read there. */
const width = signal(0);
const measure = (): void => {
  width.value = Math.min(860, Math.max(320, document.documentElement.clientWidth - 20));
};
measure();
addEventListener("resize", measure);
export const chartWidth = (): number => width.value;

export const LEFT = 56;
export const RIGHT = 12;

interface Props {
  kind: string;
  title: string;
  note: string;
  height: number;
  groups: readonly Group[];
  facet: string;
  head: string[];
  table: (string | number)[][];
  children: ComponentChildren;
}

/** A chart with its title, a legend that filters, a download, and its numbers as a table. */
export function Frame({ kind, title, note, height, groups, facet, head, table, children }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  const keys: Key[] = groups.map(({ colour, name }) => ({ colour, name }));
  const set = picked.value[facet] ?? [];
  return (
    <section class="chart" aria-labelledby={`chart-${kind}`}>
      <div class="bar">
        <h2 id={`chart-${kind}`}>{title}</h2>
        <button type="button" onClick={() => svg.current && saveSvg(svg.current, kind, title, keys)}>
          {t("svg")}
          <span class="unseen">: {title}</span>
        </button>
      </div>
      <p class="note">{note}</p>
      <ul class="legend">
        {groups.map(({ code, name, colour, count }) => (
          <li key={name}>
            {code === null ? (
              <span class="key">
                <i style={{ background: colour }} /> <bdi>{name}</bdi> <small>{count}</small>
              </span>
            ) : (
              <button type="button" class="key" aria-pressed={set.includes(code)} onClick={() => pick(facet, code)}>
                <i style={{ background: colour }} /> <bdi>{name}</bdi> <small>{count}</small>
              </button>
            )}
          </li>
        ))}
      </ul>
      <svg
        ref={svg}
        viewBox={`0 0 ${chartWidth()} ${height}`}
        role="img"
        aria-label={`${title}. ${note}`}
        font-size="12"
      >
        {children}
      </svg>
      {table.length > 0 && (
        <details>
          <summary>{t("as_table")}</summary>
          <Scroll label={`${t("as_table")}: ${title}`}>
            <table>
              <thead>
                <tr>
                  {head.map((name) => (
                    <th key={name} scope="col">
                      <bdi>{name}</bdi>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {table.map(([first, ...rest]) => (
                  <tr key={first}>
                    <th scope="row">{first}</th>
                    {rest.map((value, i) => (
                      <td key={i} class="number">
                        {value}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </details>
      )}
    </section>
  );
}

interface RuleProps {
  y: number;
  text: string;
}

/** A line across the chart with its value at the left. */
export function Rule({ y, text }: RuleProps) {
  return (
    <g>
      <line x1={LEFT} x2={chartWidth() - RIGHT} y1={y} y2={y} stroke="currentColor" stroke-opacity="0.15" />
      <text x={LEFT - 6} y={y + 4} text-anchor="end" fill="currentColor">
        {text}
      </text>
    </g>
  );
}

/** Round values from 0 to a highest one, four to eight of them. */
export function ticks(highest: number): number[] {
  const rough = Math.max(1, highest) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, power * ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10));
  return Array.from({ length: Math.floor(highest / step) + 1 }, (_, i) => i * step);
}
