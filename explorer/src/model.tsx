// The page of one model: all that the release knows of it, and why.
import { useEffect, useState } from "preact/hooks";
import { type Details, readDetails } from "./data.ts";
import { Facts, Outside, Resting, SourceLine } from "./facts.tsx";
import { isoOf, showDay, showWhole } from "./format.ts";
import { Periods } from "./periods.tsx";
import { Identifiers, Part, Relatives, Variants } from "./relatives.tsx";
import { Scroll } from "./scroll.tsx";
import { COMPARED, compare, compared, day, hashOf, land, lang, model } from "./state.ts";
import { Cell } from "./table.tsx";
import { codeName, columnMeaning, columnName, makersOf, modelName, of, t, valueName } from "./words.ts";

/** Details of all models, once they are read. */
export function useDetails(): Details[] | null {
  const [details, setDetails] = useState<Details[] | null>(null);
  useEffect(() => void readDetails().then(setDetails), []);
  return details;
}

/** Numbers that the rules of an axis read, and where they come from. */
function Thresholds({ axis }: { axis: string }) {
  const thresholds = land.value.core.axes.find((one) => one.axis === axis)?.thresholds ?? [];
  if (thresholds.length === 0) return null;
  return (
    <p class="note">
      {t("thresholds")}:{" "}
      {thresholds.map(({ threshold, threshold_value, unit, origin, meaning_en, meaning_ja }) => (
        <span key={threshold} title={origin}>
          {lang.value ? meaning_ja : meaning_en} {showWhole(threshold_value, lang.value)} {unit}{" "}
        </span>
      ))}
    </p>
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
              <Resting
                key={`${axis} ${label} ${valid_from}`}
                on={on}
                details={details}
                of={`${columnName(axis)}, ${label}`}
                cells={5}
                kind={holds ? undefined : "past"}
                note={<Thresholds axis={axis} />}
              >
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
                <td class="day">{showDay(valid_from)}</td>
                <td class="day">{valid_to === undefined ? "—" : showDay(valid_to)}</td>
                <td>
                  <code>{rule_id}</code>
                  {missing_field && <small> {t("missing", { field: codeName(missing_field) })}</small>}
                </td>
              </Resting>
            );
          })}
        </tbody>
      </table>
    </Scroll>
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
