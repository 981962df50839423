// The page of one model: all that the release knows of it, and why.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Details, readDetails } from "./data.ts";
import { Facts, Outside, RestsOn, SourceLine, ToModel } from "./facts.tsx";
import { isoOf, showDay, showWhole } from "./format.ts";
import { Periods } from "./periods.tsx";
import { Scroll } from "./scroll.tsx";
import { COMPARED, compare, compared, day, hashOf, land, lang, model } from "./state.ts";
import { Cell } from "./table.tsx";
import { codeName, columnMeaning, columnName, makersOf, modelName, of, t, valueName, type Word } from "./words.ts";

/** Details of all models, once they are read. */
export function useDetails(): Details[] | null {
  const [details, setDetails] = useState<Details[] | null>(null);
  useEffect(() => void readDetails().then(setDetails), []);
  return details;
}

function Part({ title, children }: { title: Word; children: ComponentChildren }) {
  return (
    <section class="part">
      <h3>{t(title)}</h3>
      {children}
    </section>
  );
}

/** Every label that the model ever had, with its rule and the statements that it rests on. */
function Labels({ details }: { details: Details }) {
  const { core, facet } = land.value;
  const order = core.axes.map((axis) => axis.axis);
  const labels = [...details.labels].sort(
    (a, b) => order.indexOf(a.axis) - order.indexOf(b.axis) || a.valid_from - b.valid_from,
  );
  return (
    <Scroll label={t("all_labels")}>
      <table class="wide">
        <thead>
          <tr>
            {(["axis", "label", "since", "until", "rule", "rests_on"] as const).map((head) => (
              <th key={head} scope="col">
                {t(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map(({ axis, label, valid_from, valid_to, rule_id, detail, missing_field, on }) => {
            const words = facet.get(axis);
            const place = words?.codes.indexOf(label) ?? -1;
            const meaning = words?.meanings[place];
            const holds = valid_from <= day.value && (valid_to === undefined || valid_to > day.value);
            return (
              <tr key={`${axis} ${label} ${valid_from}`} class={holds ? undefined : "past"}>
                <th scope="row" title={columnMeaning(axis)}>
                  {columnName(axis)}
                </th>
                <td title={meaning ? of(meaning) : undefined}>
                  {words && place >= 0 ? valueName(words, place) : label}
                  {detail && (
                    <small>
                      {" "}
                      (<bdi>{detail}</bdi>)
                    </small>
                  )}
                </td>
                <td>{showDay(valid_from)}</td>
                <td>{valid_to === undefined ? "—" : showDay(valid_to)}</td>
                <td>
                  <code>{rule_id}</code>
                  {missing_field && <small> {t("missing", { field: codeName(missing_field) })}</small>}
                </td>
                <td>
                  <RestsOn on={on} details={details} of={`${columnName(axis)}, ${label}`} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Kind of relation as it reads from the other end. */
const REVERSED: Readonly<Record<string, Word>> = {
  base: "children",
  "succeeded-by": "succeeds",
  "relative-to": "compared_by",
};
const FORWARD: Readonly<Record<string, Word>> = {
  base: "base",
  "succeeded-by": "succeeded-by",
  "relative-to": "relative-to",
};

function Relatives({ id, all, m }: { id: string; all: readonly Details[]; m: number }) {
  const ids = land.value.core.models.model_id;
  const groups = new Map<Word, { id: string; text: string }[]>();
  const add = (kind: Word | undefined, other: string, field: string, factor: number | undefined): void => {
    if (!kind) return;
    const text =
      factor === undefined ? "" : t("times", { field: codeName(field), factor: showWhole(factor, lang.value) });
    groups.set(kind, [...(groups.get(kind) ?? []), { id: other, text }]);
  };
  for (const row of all[m]?.relations ?? []) add(FORWARD[row.relation_kind], row.other_id, row.field, row.factor);
  all.forEach((details, other) => {
    for (const row of details.relations)
      if (row.other_id === id) add(REVERSED[row.relation_kind], ids[other] ?? "", row.field, row.factor);
  });
  if (groups.size === 0) return null;
  return (
    <Part title="relatives">
      <dl>
        {[...groups].map(([kind, others]) => (
          <div key={kind}>
            <dt>{t(kind)}</dt>
            {others.map((other) => (
              <dd key={`${other.id} ${other.text}`}>
                <ToModel id={other.id} /> {other.text && <small>{other.text}</small>}
              </dd>
            ))}
          </div>
        ))}
      </dl>
    </Part>
  );
}

const FIGURES = ["parameters", "active_parameters", "layers", "context_length", "training_tokens"] as const;

function Variants({ details }: { details: Details }) {
  const shown = FIGURES.filter((name) => details.variants.some((variant) => variant[name] !== undefined));
  const texts = (["weights", "licence"] as const).filter((name) => details.variants.some((v) => v[name] !== undefined));
  if (details.variants.length === 0) return null;
  return (
    <Part title="variants">
      <Scroll label={t("variants")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("name")}</th>
              {[...shown, ...texts].map((name) => (
                <th key={name} scope="col" class={texts.includes(name as "licence") ? undefined : "number"}>
                  {codeName(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {details.variants.map((variant) => (
              <tr key={variant.variant}>
                <th scope="row">
                  <bdi>{variant.variant}</bdi>
                </th>
                {shown.map((name) => (
                  <td key={name} class="number">
                    {variant[name] === undefined ? "" : showWhole(variant[name], lang.value)}
                  </td>
                ))}
                {texts.map((name) => (
                  <td key={name}>{variant[name]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Part>
  );
}

const HOMES: Readonly<Record<string, string>> = {
  huggingface: "https://huggingface.co/",
  arxiv: "https://arxiv.org/abs/",
  openrouter: "https://openrouter.ai/",
  wikidata: "https://www.wikidata.org/wiki/",
};

/** Ids by which others call the model; where they have no page for an id, the page that shows it. */
function Identifiers({ details }: { details: Details }) {
  if (details.identifiers.length === 0) return null;
  return (
    <Part title="ids">
      <dl>
        {details.identifiers.map(({ scheme, identifier, identifier_relation, url }) => {
          const home = HOMES[scheme];
          return (
            <div key={`${scheme} ${identifier}`}>
              <dt>{scheme}</dt>
              <dd>
                <Outside url={home ? home + encodeURI(identifier) : url} text={identifier} />{" "}
                <small>{codeName(identifier_relation)}</small>
              </dd>
            </div>
          );
        })}
      </dl>
    </Part>
  );
}

/** The labels of the day in short, which need no details. */
function OfTheDay({ m }: { m: number }) {
  return (
    <Part title="labels_on">
      <dl class="labels">
        {land.value.core.axes.map(({ axis }) => (
          <div key={axis}>
            <dt title={columnMeaning(axis)}>{columnName(axis)}</dt>
            <dd>
              <Cell column={axis} m={m} />
            </dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}

function Head({ m }: { m: number }) {
  const { models } = land.value.core;
  const id = models.model_id[m] ?? "";
  const isChosen = compared.value.includes(id);
  const others = [models.name[m], models.name_ja[m], ...(models.aliases[m] ?? [])].filter(
    (name, i, all): name is string => !!name && name !== modelName(m) && all.indexOf(name) === i,
  );
  const link = models.link[m];
  const since = models.known_since[m] ?? 0;
  return (
    <>
      <h2>
        <bdi>{modelName(m)}</bdi>
      </h2>
      <p>
        <bdi>{makersOf(m)}</bdi>, {showDay(since, models.known_since_precision[m])} · <code>{id}</code>
        {link && (
          <>
            {" · "}
            <Outside url={link} text={new URL(link).hostname} />
          </>
        )}
      </p>
      {others.length > 0 && (
        <p class="note">
          <bdi>{others.join(lang.value ? "、" : ", ")}</bdi>
        </p>
      )}
      {since > day.value && <p class="note">{t("not_yet", { day: isoOf(day.value) })}</p>}
      <div class="bar">
        <button type="button" disabled={!isChosen && compared.value.length >= COMPARED} onClick={() => compare(id)}>
          {t(isChosen ? "remove_short" : "add_short")}
        </button>
      </div>
    </>
  );
}

export function Model() {
  const all = useDetails();
  const id = model.value;
  const m = land.value.place.get(id);
  const back = (
    <p>
      <a href={hashOf({ view: "table" })}>← {t("back")}</a>
    </p>
  );
  if (m === undefined)
    return (
      <>
        {back}
        <p>
          <bdi>{t("no_model", { id })}</bdi>
        </p>
      </>
    );
  const details = all?.[m];
  return (
    <article key={id} aria-busy={!details}>
      {back}
      <Head m={m} />
      <OfTheDay m={m} />
      {all && details ? (
        <>
          <Part title="access_over">
            <Periods periods={details.access_periods} />
          </Part>
          <Part title="known_facts">
            <Facts details={details} />
          </Part>
          <Part title="all_labels">
            <Labels details={details} />
          </Part>
          <Variants details={details} />
          <Relatives id={id} all={all} m={m} />
          <Identifiers details={details} />
          <Part title="sources">
            <ul class="said">
              {details.sources.map((source) => (
                <li key={`${source.url} ${source.title} ${source.read_at}`}>
                  <SourceLine source={source} />
                </li>
              ))}
            </ul>
          </Part>
        </>
      ) : (
        <p role="status">{t("reading")}</p>
      )}
    </article>
  );
}
