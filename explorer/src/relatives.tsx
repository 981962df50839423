// What stands beside a model: its variants, its relatives, its names elsewhere.
import type { ComponentChildren } from "preact";
import type { Details } from "./data.ts";
import { Outside, ToModel } from "./facts.tsx";
import { isoOf, showWhole } from "./format.ts";
import { Scroll } from "./scroll.tsx";
import { day, land, lang } from "./state.ts";
import { codeName, t, type Word } from "./words.ts";

/** A part of the page of a model. */
export function Part({ title, children }: { title: Word; children: ComponentChildren }) {
  return (
    <section class="part">
      <h3>{t(title, { day: isoOf(day.value) })}</h3>
      {children}
    </section>
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

export function Relatives({ id, all, m }: { id: string; all: readonly Details[]; m: number }) {
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

export function Variants({ details }: { details: Details }) {
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
export function Identifiers({ details }: { details: Details }) {
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
