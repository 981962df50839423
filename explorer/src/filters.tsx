import { useState } from "preact/hooks";
import { dayOf, isoOf, numberOf, showShort } from "./format.ts";
import type { Facet, Measure } from "./landscape.ts";
import { clear, found, isFiltered, land, lang, pick, picked, ranges, setRange } from "./state.ts";
import { columnMeaning, columnName, of, t, valueName } from "./words.ts";

const FIRST = 10;
const OPEN = new Set(["access", "organisations", "parameters"]);

/** Values of a facet with what each would leave; of many, the frequent ones until all are asked for. */
function FacetValues({ facet }: { facet: Facet }) {
  const [all, setAll] = useState(false);
  const counts = found.value.counts.get(facet.key);
  const set = picked.value[facet.key] ?? [];
  const places = facet.codes
    .map((_, place) => place)
    .filter((place) => (counts?.[place] ?? 0) > 0 || set.includes(facet.codes[place] ?? ""));
  if (facet.group !== "axes") places.sort((a, b) => (counts?.[b] ?? 0) - (counts?.[a] ?? 0));
  const many = places.length > FIRST + 5;
  const shown = all || !many ? places : places.slice(0, FIRST);
  return (
    <>
      {facet.group === "axes" && <p class="note small">{of(facet.meaning)}</p>}
      <ul class="values">
        {shown.map((place) => {
          const code = facet.codes[place] ?? "";
          const meaning = facet.meanings[place];
          return (
            <li key={code}>
              <label title={meaning ? of(meaning) : undefined}>
                <input type="checkbox" checked={set.includes(code)} onChange={() => pick(facet.key, code)} />
                <bdi>{valueName(facet, place)}</bdi>
                <small>{counts?.[place] ?? 0}</small>
              </label>
            </li>
          );
        })}
      </ul>
      {many && !all && (
        <button type="button" class="quiet" onClick={() => setAll(true)}>
          {t("more", { n: places.length })}
          <span class="unseen">: {columnName(facet.key)}</span>
        </button>
      )}
    </>
  );
}

const HIGH = 36;

/** A histogram whose bars set the range, and two fields that set it exactly. */
function MeasureRange({ measure }: { measure: Measure }) {
  const { key, isDate, edges } = measure;
  const counts = [...(found.value.counts.get(key) ?? [])];
  const most = Math.max(1, ...counts);
  const [low, high] = ranges.value[key] ?? [null, null];
  const show = (value: number | undefined): string =>
    value === undefined ? "" : isDate ? isoOf(Math.ceil(value)) : showShort(value, lang.value);
  // a power of ten cannot be typed as it is shown
  const written = (value: number | null): string =>
    value === null ? "" : isDate ? isoOf(value) : value >= 1e15 ? String(value) : showShort(value, lang.value);
  const read = (event: Event): number | null => {
    const { value } = event.target as HTMLInputElement;
    return isDate ? dayOf(value) : numberOf(value);
  };
  const input = (which: 0 | 1, value: number | null) => {
    const kind = isDate ? ({ type: "date" } as const) : { placeholder: t("number_hint") };
    return (
      <label>
        {which ? t("to") : t("from")}
        <input
          {...kind}
          value={written(value)}
          aria-label={t(which ? "to_of" : "from_of", { name: columnName(key) })}
          onChange={(event) => setRange(key, which ? [low, read(event)] : [read(event), high])}
        />
      </label>
    );
  };
  return (
    <div class="measure">
      <svg viewBox={`0 0 ${edges.length * 10 - 10} ${HIGH}`} preserveAspectRatio="none" aria-hidden="true">
        {counts.map((n, i) => {
          const [from = 0, to = 0] = [edges[i], edges[i + 1]];
          const tall = n ? Math.max(2, (n / most) * HIGH) : 0;
          const isIn = (low === null || to > low) && (high === null || from < high);
          const set = (): void => setRange(key, isDate ? [Math.ceil(from), Math.floor(to)] : [round(from), round(to)]);
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the mouse; the fields below do the same
            <g key={from} onClick={set}>
              <rect x={i * 10} width={9} y={0} height={HIGH} fill="transparent" />
              <rect class={isIn ? "in" : "out"} x={i * 10} width={9} y={HIGH - tall} height={tall} />
              <title>{t("bin", { low: show(from), high: show(to), n })}</title>
            </g>
          );
        })}
      </svg>
      <div class="ends">
        {input(0, low)}
        {input(1, high)}
      </div>
    </div>
  );
}

/** Three digits are enough for a range that was clicked. */
const round = (value: number): number => Number(value.toPrecision(3));

function Part({ name, item }: { name: string; item: Facet | Measure }) {
  const set = picked.value[name]?.length ?? (ranges.value[name] ? 1 : 0);
  const [open, setOpen] = useState(OPEN.has(name) || set > 0);
  return (
    <details open={open} onToggle={(event) => setOpen((event.target as HTMLDetailsElement).open)}>
      <summary title={columnMeaning(name)}>
        {columnName(name)} {set > 0 && <b class="set">{set}</b>}
      </summary>
      {open && ("codes" in item ? <FacetValues facet={item} /> : <MeasureRange measure={item} />)}
    </details>
  );
}

const GROUPS = ["makers", "numbers", "axes", "terms", "facts"] as const;

const itemsOf = (group: (typeof GROUPS)[number]): (Facet | Measure)[] =>
  group === "numbers" ? land.value.measures : land.value.facets.filter((facet) => facet.group === group);

const isWide = matchMedia("(min-width: 60rem)");

/** All filters, in groups; on a narrow screen they are folded up at first. */
export function Filters() {
  const set = Object.keys(picked.value).length + Object.keys(ranges.value).length;
  return (
    <aside aria-label={t("filters")}>
      <details class="panel" open={isWide.matches}>
        <summary>
          <h2>{set ? t("filters_shown", { n: set }) : t("filters")}</h2>
        </summary>
        <button type="button" disabled={!isFiltered.value} onClick={clear}>
          {t("clear")}
        </button>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{t(group)}</h3>
            {itemsOf(group).map((item) => (
              <Part key={item.key} name={item.key} item={item} />
            ))}
          </section>
        ))}
      </details>
    </aside>
  );
}
