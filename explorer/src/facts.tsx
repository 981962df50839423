// How facts, statements and sources are shown on the page of a model.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Details, Fact, FactValue, Source, Statement } from "./data.ts";
import { nameOfCode, showDay, showWhole } from "./format.ts";
import { Scroll } from "./scroll.tsx";
import { hashOf, land, lang } from "./state.ts";
import { codeName, modelName, t } from "./words.ts";

/** A link to a page outside, if it is one; an address of another kind stays text. */
export function Outside({ url, text }: { url: string; text: string }) {
  return /^https?:\/\//.test(url) ? (
    <a href={url} rel="noopener noreferrer">
      <bdi>{text}</bdi>
    </a>
  ) : (
    <bdi>{text}</bdi>
  );
}

/** A link to the page of a model; an id that the release does not have stays text. */
export function ToModel({ id }: { id: string }) {
  const m = land.value.place.get(id);
  return m === undefined ? (
    <bdi>{id}</bdi>
  ) : (
    <a href={hashOf({ view: "model", model: id })}>
      <bdi>{modelName(m)}</bdi>
    </a>
  );
}

const MANY = 12;

/** Items of a list; of many, the first, and the others once they are asked for. */
function Items({ items }: { items: readonly string[] }) {
  if (items.length <= MANY + 3) return <bdi>{items.join(", ")}</bdi>;
  return (
    <>
      <bdi>{items.slice(0, MANY).join(", ")}</bdi>
      <details>
        <summary>{t("rest", { n: items.length - MANY })}</summary>
        <bdi>{items.slice(MANY).join(", ")}</bdi>
      </details>
    </>
  );
}

/** A value of a field: numbers with their unit, days as exactly as they are known, codes as they stand. */
export function Value({
  field,
  value,
  precision,
}: {
  field: string;
  value: FactValue | boolean;
  precision?: string | undefined;
}) {
  const [kind, , , unit] = land.value.core.fields[field] ?? [];
  if (value === null) return null;
  if (typeof value === "boolean") return <>{t(value ? "yes" : "no")}</>;
  if (typeof value === "number") {
    if (kind === "date") return <>{showDay(value, precision)}</>;
    return (
      <>
        {showWhole(value, lang.value)} {kind === "number" && unit && <small>{unit}</small>}
      </>
    );
  }
  if (Array.isArray(value)) return <Items items={value.map((code) => nameOfCode(field, code, lang.value))} />;
  if (field === "base" || field === "succeeded_by") return <ToModel id={value} />;
  if (field === "licence") {
    const { licence_id, licence_name } = land.value.core.licences;
    return <bdi>{licence_name[licence_id.indexOf(value)] ?? value}</bdi>;
  }
  return <bdi>{value}</bdi>;
}

export function SourceLine({ source }: { source: Source }) {
  const { title, url, source_kind, is_primary, published, published_precision, accessed, read_as, read_at } = source;
  return (
    <>
      <Outside url={url} text={title} />{" "}
      <small>
        {source_kind}, {t(is_primary ? "maker_source" : "other_source")}
        {published !== undefined && <>, {showDay(published, published_precision)}</>};{" "}
        {t("read", { day: showDay(accessed), how: read_as })}
        {read_at && (
          <>
            {" "}
            (<Outside url={read_at} text={t("copy_read")} />)
          </>
        )}
      </small>
    </>
  );
}

const KINDS = { undisclosed: "withheld", not_applicable: "makes_no_sense", not_mentioned: "silent" } as const;

/** What one source says of one field, as it is printed there, and where. */
function Said({ said, source }: { said: Statement; source: Source | undefined }) {
  const kind = KINDS[said.statement_kind as keyof typeof KINDS];
  return (
    <li>
      {kind ? t(kind) : <Value field={said.field} value={said.value} precision={said.date_precision} />}
      {said.variant && (
        <>
          {" "}
          (<bdi>{said.variant}</bdi>)
        </>
      )}
      {said.aspect && said.other_id && (
        <>
          {" "}
          × {codeName(said.aspect)}, <ToModel id={said.other_id} />
        </>
      )}
      {said.since !== undefined && (
        <small>
          {" "}
          {showDay(said.since, said.since_precision)}–{said.until !== undefined && showDay(said.until)}
        </small>
      )}
      {said.printed && (
        <>
          {" "}
          <q lang="">
            <bdi>{said.printed}</bdi>
          </q>
        </>
      )}
      {said.location && (
        <small>
          {" "}
          <bdi>{said.location}</bdi>
        </small>
      )}
      {said.is_estimate && <small> [{t("estimate")}]</small>}
      {said.is_chosen && <small> [{t("chosen")}]</small>}
      {source && (
        <div>
          <SourceLine source={source} />
        </div>
      )}
    </li>
  );
}

/** From facts to sources: each fact with its state, and below it what sources say of it. */
function Chain({ on, details }: { on: readonly number[]; details: Details }) {
  const fields = new Map<string, [number, Statement][]>();
  for (const place of on) {
    const said = details.statements[place];
    if (said) fields.set(said.field, [...(fields.get(said.field) ?? []), [place, said]]);
  }
  return (
    <ul class="said">
      {[...fields].map(([field, statements]) => {
        const fact = details.facts.find((one) => one.field === field);
        return (
          <li key={field}>
            <b>{codeName(field)}</b>
            {fact && (
              <>
                : <Value field={field} value={fact.value} precision={fact.date_precision} />{" "}
                <small>{[fact.state, ...(fact.basis ? [fact.basis] : [])].map(codeName).join(", ")}</small>
              </>
            )}
            <ul>
              {statements.map(([place, said]) => (
                <Said key={place} said={said} source={details.sources[said.source ?? -1]} />
              ))}
            </ul>
          </li>
        );
      })}
    </ul>
  );
}

interface RestingProps {
  on: readonly number[] | undefined;
  details: Details;
  of: string;
  cells: number;
  kind?: string | undefined;
  note?: ComponentChildren;
  children: ComponentChildren;
}

/** A row of a table, with a last cell that opens the statements that it rests on, in a row of their own below. */
export function Resting({ on = [], details, of, cells, kind, note, children }: RestingProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <tr class={kind}>
        {children}
        <td>
          {on.length > 0 && (
            <button type="button" class="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
              {on.length === 1 ? t("one_statement") : t("n_statements", { n: on.length })}
              <span class="unseen">: {of}</span>
            </button>
          )}
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={cells + 1} class="opened">
            <Chain on={on} details={details} />
            {note}
          </td>
        </tr>
      )}
    </>
  );
}

const STATED = new Set(["stated", "disputed", "estimated"]);

/** Every fact of a model with its state and what it rests on; fields that nobody looked up by name alone. */
export function Facts({ details }: { details: Details }) {
  const order = Object.keys(land.value.core.fields);
  const rank = (fact: Fact): number => (STATED.has(fact.state) ? 0 : 1000) + order.indexOf(fact.field);
  const facts = [...details.facts].sort((a, b) => rank(a) - rank(b));
  const known = new Set(facts.map((fact) => fact.field));
  const rest = order.filter((name) => !known.has(name) && !CHANNELS.has(name));
  const meaning = (field: string): string => land.value.core.fields[field]?.[lang.value ? 2 : 1] ?? "";
  return (
    <>
      <Scroll label={t("known_facts")}>
        <table class="wide">
          <thead>
            <tr>
              <th scope="col">{t("field")}</th>
              <th scope="col">{t("value")}</th>
              <th scope="col">{t("state")}</th>
              <th scope="col">{t("basis")}</th>
              <th scope="col">{t("rests_on")}</th>
            </tr>
          </thead>
          <tbody>
            {facts.map(({ field, value, date_precision, state, basis, on, spread }) => (
              <Resting key={field} on={on} details={details} of={codeName(field)} cells={4}>
                <th scope="row" title={meaning(field)}>
                  {codeName(field)}
                </th>
                <td>
                  <Value field={field} value={value} precision={date_precision} />
                </td>
                <td>
                  <span class={`state ${state}`}>{codeName(state)}</span>
                  {spread !== undefined && spread > 0.01 && <small> ±{Math.round(spread * 100)}%</small>}
                </td>
                <td>{basis ? codeName(basis) : ""}</td>
              </Resting>
            ))}
          </tbody>
        </table>
      </Scroll>
      {rest.length > 0 && (
        <p class="note">
          {t("unresearched_of")}: {rest.map(codeName).join(lang.value ? "、" : ", ")}
        </p>
      )}
    </>
  );
}

/** Dated channels of access are no facts: they stand in the line of access. */
const CHANNELS = new Set([
  "weights",
  "licence",
  "api",
  "app",
  "training_code",
  "training_data",
  "training_log",
  "stage",
]);
