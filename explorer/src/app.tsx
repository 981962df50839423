import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Access } from "./charts/access.tsx";
import { Sizes } from "./charts/sizes.tsx";
import { Years } from "./charts/years.tsx";
import { Compare } from "./compare.tsx";
import { saveCsv } from "./download.ts";
import { Filters } from "./filters.tsx";
import { dayOf, isoOf } from "./format.ts";
import { Model } from "./model.tsx";
import { sqlOf } from "./sql.ts";
import { by, compared, day, found, hashOf, land, lang, model, query, type View, view } from "./state.ts";
import { Columns, Table } from "./table.tsx";
import { columnName, modelName, of, t } from "./words.ts";

function Header() {
  const { about } = land.value.core;
  const other = lang.value ? "en" : "ja";
  return (
    <header>
      <div>
        <h1>{of(about.title)}</h1>
        <p>
          {t("release", { version: about.version, day: isoOf(about.as_of) })}
          {about.collected_until !== null && (
            <span title={about.horizon ? of(about.horizon) : undefined}>
              {lang.value ? "、" : ", "}
              {t("collected", { day: isoOf(about.collected_until) })}
            </span>
          )}
          {" · "}
          <a href={about.licence_url} rel="noopener noreferrer license">
            {about.licence}
          </a>
        </p>
      </div>
      <Tabs />
      <button
        type="button"
        lang={other}
        aria-label={t("language_hint")}
        onClick={() => {
          lang.value = lang.value ? 0 : 1;
        }}
      >
        {t("language")}
      </button>
    </header>
  );
}

/** The day of the landscape: a slider, a field and steps of a year. */
function DayBar() {
  const { first, core } = land.value;
  const last = core.about.as_of;
  const set = (to: number | null): void => {
    if (to !== null) day.value = Math.min(last, Math.max(first, to));
  };
  return (
    <section class="day" aria-label={t("day")}>
      <label>
        {t("day")}
        <input
          type="date"
          min={isoOf(first)}
          max={isoOf(last)}
          value={isoOf(day.value)}
          onChange={(event) => set(dayOf(event.currentTarget.value))}
        />
      </label>
      <button type="button" aria-label={t("earlier")} onClick={() => set(day.value - 365)}>
        ◂
      </button>
      <input
        type="range"
        aria-label={t("day_slider")}
        aria-valuetext={isoOf(day.value)}
        min={first}
        max={last}
        value={day.value}
        onInput={(event) => set(Number(event.currentTarget.value))}
      />
      <button type="button" aria-label={t("later")} onClick={() => set(day.value + 365)}>
        ▸
      </button>
      <button type="button" disabled={day.value === last} onClick={() => set(last)}>
        {t("newest")}
      </button>
    </section>
  );
}

function Search() {
  return (
    <search>
      <label>
        <span>{t("search")}</span>
        <input
          type="search"
          value={query.value}
          placeholder={t("search_hint")}
          onInput={(event) => {
            query.value = event.currentTarget.value;
          }}
        />
      </label>
    </search>
  );
}

const TABS: readonly View[] = ["table", "charts", "compare"];

function Tabs() {
  return (
    <nav aria-label={t("models")}>
      {TABS.map((tab) => (
        <a key={tab} href={hashOf({ view: tab })} aria-current={view.value === tab ? "page" : undefined}>
          {tab === "compare" ? t("compare_n", { n: compared.value.length }) : t(tab === "table" ? "table" : "charts")}
        </a>
      ))}
    </nav>
  );
}

/** What the data covers, and what its marks mean. */
function Footer() {
  const { about } = land.value.core;
  return (
    <footer>
      {about.horizon && <p>{of(about.horizon)}</p>}
      <p>{t("marks")}</p>
      <p>{t("whole_release", { version: about.version, licence: about.licence, author: about.author })}</p>
    </footer>
  );
}

interface Copied {
  done: boolean;
  text: string;
  word: "sql" | "link";
}

/** Copy a text; where the browser does not let us, it is shown to be copied by hand. */
async function copy(word: Copied["word"], text: string): Promise<Copied> {
  try {
    await navigator.clipboard.writeText(text);
    return { done: true, text, word };
  } catch {
    return { done: false, text, word };
  }
}

function Actions() {
  const [copied, setCopied] = useState<Copied | null>(null);
  const all = land.value.core.models.known_since.filter((since) => since <= day.value).length;
  const run = (word: Copied["word"], text: string): void => void copy(word, text).then(setCopied);
  return (
    <>
      <div class="bar">
        <p role="status">{t("count", { n: found.value.rows.length, all, day: isoOf(day.value) })}</p>
        {view.value === "table" && <Columns />}
        <button type="button" onClick={saveCsv}>
          {t("csv")}
        </button>
        <button type="button" onClick={() => run("sql", sqlOf())}>
          {t("sql")}
        </button>
        <button type="button" onClick={() => run("link", new URL(hashOf(), location.href).href)}>
          {t("link")}
        </button>
      </div>
      {copied && (
        <section class="copied" aria-label={t(copied.word)}>
          <p role="status">{t(`${copied.word}_${copied.done ? "copied" : "shown"}`)}</p>
          <textarea readOnly rows={copied.word === "sql" ? 8 : 2} aria-label={t(copied.word)} value={copied.text} />
          <button type="button" onClick={() => setCopied(null)}>
            {t("close")}
          </button>
        </section>
      )}
    </>
  );
}

function Charts() {
  const options = land.value.facets.filter((facet) => facet.key !== "commercial_use");
  const axis = land.value.core.axes.find((one) => one.axis === by.value);
  const time = axis && (lang.value ? axis.time_ja : axis.time_en);
  return (
    <>
      <label class="by">
        {t("colour")}
        <select
          value={by.value}
          onChange={(event) => {
            by.value = event.currentTarget.value;
          }}
        >
          {options.map(({ key }) => (
            <option key={key} value={key}>
              {columnName(key)}
            </option>
          ))}
        </select>
      </label>
      {time && <p class="note">{time}</p>}
      <Sizes />
      <Years />
      <Access />
    </>
  );
}

const SCREENS: Record<View, () => ComponentChildren> = {
  table: () => <Table />,
  charts: () => <Charts />,
  compare: () => <Compare />,
  model: () => <Model />,
};

/** Title of the window: what is on the screen, then the release. */
export function title(): string {
  const { about } = land.value.core;
  const m = land.value.place.get(model.value);
  const release = `${about.label} ${about.version}`;
  if (view.value === "model") return `${m === undefined ? model.value : modelName(m)} · ${release}`;
  return view.value === "table" ? `${of(about.title)} · ${release}` : `${t(view.value)} · ${release}`;
}

export function App() {
  const isList = view.value === "table" || view.value === "charts";
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to a part of the page, but the hash holds the state */}
      <a
        class="skip"
        href="#results"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("results")?.focus();
        }}
      >
        {t("skip")}
      </a>
      <Header />
      <div class="top">
        {isList && <Search />}
        <DayBar />
      </div>
      <div class={isList ? "body with-filters" : "body"}>
        {isList && <Filters />}
        <main id="results" tabIndex={-1}>
          {isList && <Actions />}
          {SCREENS[view.value]()}
        </main>
      </div>
      <Footer />
    </>
  );
}
