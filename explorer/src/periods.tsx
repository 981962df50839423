// The line of access of a model: what could be had of it, and when.
import { chartWidth } from "./charts/frame.tsx";
import type { Period } from "./data.ts";
import { showDay, yearOf } from "./format.ts";
import { colourOf } from "./groups.ts";
import { Scroll } from "./scroll.tsx";
import { day, land } from "./state.ts";
import { codeName, t, valueName } from "./words.ts";

const CHANNELS = ["weights", "licence", "api", "app", "training_code", "training_data", "training_log", "stage"];
const TOP = 6;
const HIGH = 26;

function Line({ periods }: { periods: readonly Period[] }) {
  const facet = land.value.facet.get("access");
  const end = land.value.core.about.as_of + 1;
  const start = Math.min(...periods.map((period) => period.valid_from));
  const x = (d: number): number => ((Math.min(d, end) - start) / Math.max(1, end - start)) * chartWidth();
  const years = Array.from({ length: yearOf(end) - yearOf(start) }, (_, i) => yearOf(start) + i + 1);
  return (
    <svg
      viewBox={`0 0 ${chartWidth()} 56`}
      role="img"
      aria-label={t("timeline", { from: showDay(start), to: showDay(end - 1) })}
      font-size="12"
    >
      {periods.map((period) => {
        const place = facet?.codes.indexOf(period.access) ?? -1;
        const name = facet && place >= 0 ? valueName(facet, place) : period.access;
        const until = period.valid_to ?? end;
        const wide = Math.max(2, x(until) - x(period.valid_from));
        return (
          <g key={period.valid_from}>
            <rect
              x={x(period.valid_from)}
              width={wide}
              y={TOP}
              height={HIGH}
              fill={facet ? colourOf(facet, place) : "#8a8a8a"}
              stroke="#fff"
              stroke-opacity="0.6"
            >
              <title>{`${name}: ${showDay(period.valid_from)}–${period.valid_to === undefined ? "" : showDay(until)}`}</title>
            </rect>
          </g>
        );
      })}
      {years.map((year) => {
        const at = x(Date.UTC(year, 0, 1) / 86_400_000);
        return (
          <g key={year}>
            <line x1={at} x2={at} y1={TOP} y2={TOP + HIGH + 6} stroke="currentColor" stroke-opacity="0.4" />
            <text x={at + 3} y={TOP + HIGH + 16} fill="currentColor">
              {year % Math.ceil((years.length * 44) / chartWidth()) ? "" : year}
            </text>
          </g>
        );
      })}
      {day.value < end - 1 && day.value >= start && (
        <line x1={x(day.value)} x2={x(day.value)} y1={0} y2={TOP + HIGH + 4} stroke="currentColor" stroke-width="2" />
      )}
    </svg>
  );
}

/** Access over time as a line and as a table of every channel. */
export function Periods({ periods }: { periods: readonly Period[] }) {
  const facet = land.value.facet.get("access");
  if (periods.length === 0) return <p class="faint">—</p>;
  const shown = CHANNELS.filter((channel) => periods.some((period) => period[channel] !== undefined));
  const { licence_id, licence_name } = land.value.core.licences;
  const said = (period: Period, channel: string): string => {
    const value = period[channel];
    if (channel === "licence") return licence_name[licence_id.indexOf(String(value))] ?? String(value ?? "");
    return value === undefined ? "" : String(value);
  };
  const hasVariants = periods.some((period) => period.open_variants !== undefined);
  return (
    <>
      <Line periods={periods} />
      <Scroll label={t("access_over")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("since")}</th>
              <th scope="col">{t("until")}</th>
              <th scope="col">{t("label")}</th>
              {shown.map((channel) => (
                <th key={channel} scope="col">
                  {codeName(channel)}
                </th>
              ))}
              {hasVariants && <th scope="col">{t("open_variants")}</th>}
            </tr>
          </thead>
          <tbody>
            {periods.map((period) => {
              const place = facet?.codes.indexOf(period.access) ?? -1;
              return (
                <tr key={period.valid_from}>
                  <th scope="row">{showDay(period.valid_from)}</th>
                  <td>{period.valid_to === undefined ? "—" : showDay(period.valid_to)}</td>
                  <td>
                    <i class="swatch" style={{ background: facet ? colourOf(facet, place) : "" }} />{" "}
                    {facet && place >= 0 ? valueName(facet, place) : period.access}
                  </td>
                  {shown.map((channel) => (
                    <td key={channel}>
                      <bdi>{said(period, channel)}</bdi>
                    </td>
                  ))}
                  {hasVariants && (
                    <td>
                      <bdi>{(period.open_variants as string[] | undefined)?.join(", ")}</bdi>
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
