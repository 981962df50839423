// Up to four models side by side, all facts and labels of the day.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Details } from "./data.ts";
import { Value } from "./facts.tsx";
import { useDetails } from "./model.tsx";
import { Scroll } from "./scroll.tsx";
import { COMPARED, compare, compared, hashOf, land, lang, values } from "./state.ts";
import { Cell } from "./table.tsx";
import { codeName, columnMeaning, columnName, makersOf, modelName, t } from "./words.ts";

/** A field in which a model can be typed by name or id. */
function Add() {
  const [text, setText] = useState("");
  const { model_id, name } = land.value.core.models;
  const full = compared.value.length >= COMPARED;
  const take = (typed: string): void => {
    const m = model_id.includes(typed) ? model_id.indexOf(typed) : name.indexOf(typed);
    const id = model_id[m];
    if (id && !compared.value.includes(id)) compare(id);
    setText(id ? "" : typed);
  };
  return (
    <p>
      <label>
        {full ? t("full") : t("pick_some")}{" "}
        <input
          list="all-models"
          value={text}
          disabled={full}
          onInput={(event) => setText(event.currentTarget.value)}
          onChange={(event) => take(event.currentTarget.value)}
        />
      </label>
      <datalist id="all-models">
        {model_id.map((id, m) => (
          <option key={id} value={id}>
            {modelName(m)}
          </option>
        ))}
      </datalist>
    </p>
  );
}

interface Line {
  key: string;
  title: string;
  meaning: string;
  cells: { key: string; shown: ComponentChildren }[];
}

/** Labels of a model on an axis as one text; none if they are not known. */
function labelsOf(axis: string, m: number): string {
  const labels = (values.value.get(axis)?.[m] ?? []).map((place) => land.value.facet.get(axis)?.codes[place]);
  return labels.filter((label) => label !== "unknown").join();
}

function labelLines(chosen: readonly number[]): Line[] {
  return land.value.core.axes.map(({ axis }) => ({
    key: axis,
    title: columnName(axis),
    meaning: columnMeaning(axis),
    cells: chosen.map((m) => ({
      key: labelsOf(axis, m),
      shown: <Cell column={axis} m={m} />,
    })),
  }));
}

function factLines(chosen: readonly number[], all: readonly Details[]): Line[] {
  return Object.entries(land.value.core.fields).flatMap(([field, words]) => {
    const facts = chosen.map((m) => all[m]?.facts.find((fact) => fact.field === field));
    if (facts.every((fact) => fact === undefined)) return [];
    const cells = facts.map((fact) => ({
      key: fact && fact.value !== null ? JSON.stringify(fact.value) : "",
      shown: fact ? (
        <>
          <Value field={field} value={fact.value} precision={fact.date_precision} />{" "}
          {fact.state !== "stated" && <small class="faint">{codeName(fact.state)}</small>}
        </>
      ) : (
        <span class="faint">—</span>
      ),
    }));
    return [{ key: field, title: codeName(field), meaning: words[lang.value ? 2 : 1], cells }];
  });
}

function Body({ title, lines }: { title: string; lines: readonly Line[] }) {
  return (
    <tbody>
      <tr>
        <th class="group" colSpan={(lines[0]?.cells.length ?? 0) + 1} scope="rowgroup">
          {title}
        </th>
      </tr>
      {lines.map(({ key, title: name, meaning, cells }) => {
        const differs = new Set(cells.map((cell) => cell.key).filter(Boolean)).size > 1;
        return (
          <tr key={key} class={differs ? "differs" : undefined}>
            <th scope="row" title={meaning}>
              {name}
              {differs && <span class="unseen"> ({t("differs")})</span>}
            </th>
            {cells.map(({ shown }, i) => (
              <td key={i}>{shown}</td>
            ))}
          </tr>
        );
      })}
    </tbody>
  );
}

export function Compare() {
  const all = useDetails();
  const { place, core } = land.value;
  const chosen = compared.value.flatMap((id) => place.get(id) ?? []);
  return (
    <>
      <h2>{t("compare")}</h2>
      <Add />
      {chosen.length > 0 && (
        <Scroll label={t("compare")}>
          <table class="compared">
            <thead>
              <tr>
                <td />
                {chosen.map((m) => {
                  const id = core.models.model_id[m] ?? "";
                  return (
                    <th key={id} scope="col">
                      <a href={hashOf({ view: "model", model: id })}>
                        <bdi>{modelName(m)}</bdi>
                      </a>
                      <br />
                      <small>
                        <bdi>{makersOf(m)}</bdi>
                      </small>{" "}
                      <button type="button" class="quiet" onClick={() => compare(id)}>
                        {t("remove_short")}
                        <span class="unseen">: {modelName(m)}</span>
                      </button>
                    </th>
                  );
                })}
              </tr>
            </thead>
            <Body title={t("axes")} lines={labelLines(chosen)} />
            {all && <Body title={t("facts")} lines={factLines(chosen, all)} />}
          </table>
        </Scroll>
      )}
    </>
  );
}
