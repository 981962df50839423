import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { showDay, showShort, showWhole } from "./format.ts";
import { Scroll } from "./scroll.tsx";
import {
  COMPARED,
  columns,
  compare,
  compared,
  found,
  hashOf,
  land,
  lang,
  rows,
  type Sort,
  sort,
  values,
} from "./state.ts";
import { codeName, columnMeaning, columnName, makersOf, modelName, t, valueName } from "./words.ts";

const ROW = 38;
const AROUND = 8;

/** What a column says of a model: its labels, its number or day; why there is none stands in the title. */
export function Cell({ column, m }: { column: string; m: number }) {
  const { core, measure, facet } = land.value;
  const state = core.states[core.models.states[column]?.[m] ?? -1];
  const number = measure.get(column);
  const value = number?.values[m] ?? null;
  if (number && value !== null) {
    if (number.isDate)
      return <>{showDay(value, column === "known_since" ? core.models.known_since_precision[m] : undefined)}</>;
    const isPlain = state === "stated" || state === undefined;
    return (
      <span title={`${showWhole(value, lang.value)}${isPlain ? "" : ` (${codeName(state)})`}`}>
        {showShort(value, lang.value)}
        {!isPlain && <sup>{state === "estimated" ? "≈" : "?"}</sup>}
        {!isPlain && <span class="unseen"> ({codeName(state)})</span>}
      </span>
    );
  }
  if (column === "organisations") return <bdi title={makersOf(m)}>{makersOf(m)}</bdi>;
  const places = values.value.get(column)?.[m] ?? [];
  const words = facet.get(column);
  if (!words || places.length === 0)
    return state && state !== "unresearched" ? (
      <small class="faint">{codeName(state)}</small>
    ) : (
      <span class="faint">—</span>
    );
  const names = places.map((place) => valueName(words, place)).join(lang.value ? "、" : ", ");
  return (
    <bdi class={words.codes[places[0] ?? 0] === "unknown" ? "faint" : undefined} title={names}>
      {names}
    </bdi>
  );
}

const isNumber = (column: string): boolean => land.value.measure.has(column) && !land.value.measure.get(column)?.isDate;

function Head({ column }: { column: string }) {
  const { column: now, descending } = sort.value;
  const isSorted = now === column;
  const next: Sort = { column, descending: isSorted ? !descending : land.value.measure.has(column) };
  return (
    <th
      scope="col"
      class={isNumber(column) ? "number" : column === "name" ? "name" : undefined}
      aria-sort={isSorted ? (descending ? "descending" : "ascending") : undefined}
    >
      <button
        type="button"
        title={columnMeaning(column)}
        onClick={() => {
          sort.value = next;
        }}
      >
        {column === "name" ? t("name") : columnName(column)}
        <span aria-hidden="true">{isSorted ? (descending ? " ▾" : " ▴") : ""}</span>
      </button>
    </th>
  );
}

function Row({ m, index }: { m: number; index: number }) {
  const id = land.value.core.models.model_id[m] ?? "";
  const isChosen = compared.value.includes(id);
  const isFull = compared.value.length >= COMPARED && !isChosen;
  return (
    <tr aria-rowindex={index + 2}>
      <td class="tick">
        <input
          type="checkbox"
          aria-label={t("add", { name: modelName(m) })}
          title={isFull ? t("full") : t("add", { name: modelName(m) })}
          checked={isChosen}
          disabled={isFull}
          onChange={() => compare(id)}
        />
      </td>
      <th scope="row" class="name">
        <a href={hashOf({ view: "model", model: id })} title={id}>
          <bdi>{modelName(m)}</bdi>
        </a>
      </th>
      {columns.value.map((column) => (
        <td key={column} class={isNumber(column) ? "number" : undefined}>
          <Cell column={column} m={m} />
        </td>
      ))}
    </tr>
  );
}

/** A row without content, as high as the rows that are not drawn. */
const Gap = ({ rows: count }: { rows: number }) =>
  count > 0 ? (
    <tr class="gap" style={{ height: `${count * ROW}px` }}>
      <td colSpan={columns.value.length + 2} />
    </tr>
  ) : null;

/** All rows of the screen; only those in sight are drawn. */
export function Table() {
  const box = useRef<HTMLElement>(null);
  const [top, setTop] = useState(0);
  const [high, setHigh] = useState(700);
  const shown = rows.value;
  useLayoutEffect(() => {
    const measure = (): void => setHigh(box.current?.clientHeight ?? 700);
    measure();
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);
  // what was scrolled to is of no use once other rows are there
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = 0;
    setTop(0);
  }, [found.value, sort.value]);
  const from = Math.max(0, Math.min(shown.length, Math.floor(top / ROW)) - AROUND);
  const to = Math.min(shown.length, Math.ceil((top + high) / ROW) + AROUND);
  return (
    <Scroll box={box} kind="models" label={t("models")} onScroll={setTop}>
      <table aria-rowcount={shown.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <td class="tick">
              <span class="unseen">{t("compare")}</span>
            </td>
            <Head column="name" />
            {columns.value.map((column) => (
              <Head key={column} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap rows={from} />
          {shown.slice(from, to).map((m, i) => (
            <Row key={m} m={m} index={from + i} />
          ))}
          <Gap rows={shown.length - to} />
        </tbody>
      </table>
      {shown.length === 0 && <p class="empty">{t("none")}</p>}
    </Scroll>
  );
}

/** Which columns the table has. */
export function Columns() {
  const { measures, facets } = land.value;
  const toggle = (key: string): void => {
    const now = columns.value;
    columns.value = now.includes(key) ? now.filter((c) => c !== key) : [...now, key];
  };
  return (
    <details class="menu">
      <summary>{t("columns")}</summary>
      <ul class="values">
        {[...measures, ...facets].map(({ key }) => (
          <li key={key}>
            <label>
              <input type="checkbox" checked={columns.value.includes(key)} onChange={() => toggle(key)} />
              {columnName(key)}
            </label>
          </li>
        ))}
      </ul>
    </details>
  );
}
