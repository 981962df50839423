// Numbers and days as people read and write them.
import type { Day } from "./data.ts";

const DAY = 86_400_000;
const TAGS = ["en", "ja"] as const;

export const isoOf = (day: Day): string => new Date(Math.round(day) * DAY).toISOString().slice(0, 10);
export const yearOf = (day: Day): number => new Date(day * DAY).getUTCFullYear();

/** The day of a text such as 2022-05-31, or null. */
export function dayOf(text: string): Day | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) ? null : time / DAY;
}

/** First day of a quarter, numbered on from 1970. */
export const quarterStart = (quarter: number): Day => Date.UTC(1970, quarter * 3, 1) / DAY;
export const quarterOf = (day: Day): number => {
  const date = new Date(day * DAY);
  return (date.getUTCFullYear() - 1970) * 4 + Math.floor(date.getUTCMonth() / 3);
};

/** A day as exactly as it is known. */
export function showDay(day: Day, precision?: string): string {
  return isoOf(day).slice(0, precision === "year" ? 4 : precision === "month" ? 7 : 10);
}

const short = TAGS.map((tag) => new Intl.NumberFormat(tag, { notation: "compact", maximumSignificantDigits: 4 }));
const whole = TAGS.map((tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 3 }));

/** A number in a cell: 175B or 1750億; beyond, as a power of ten. */
export function showShort(value: number, lang: 0 | 1): string {
  if (Math.abs(value) >= 1e15) {
    const [digits = "", power = ""] = value.toExponential(2).split("e+");
    return `${Number(digits)}×10${[...power].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(d)]).join("")}`;
  }
  return short[lang]?.format(value) ?? String(value);
}

export const showWhole = (value: number, lang: 0 | 1): string =>
  Math.abs(value) >= 1e15 ? showShort(value, lang) : (whole[lang]?.format(value) ?? String(value));

const SCALES: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  b: 1e9,
  t: 1e12,
  千: 1e3,
  万: 1e4,
  億: 1e8,
  兆: 1e12,
};

/** A number as it is typed: 7B, 1.5T, 700億, 1e24, 13,000. Null if it is none. */
export function numberOf(text: string): number | null {
  const found = /^([\d.]+(?:e[+-]?\d+)?)([kmbt千万億兆]?)$/.exec(
    text
      .normalize("NFKC")
      .toLowerCase()
      .replace(/[\s,_]/g, ""),
  );
  if (!found) return null;
  const value = Number(found[1]) * (SCALES[found[2] ?? ""] ?? 1);
  return Number.isFinite(value) ? value : null;
}

const names = (type: "language" | "region"): Intl.DisplayNames[] =>
  TAGS.map((tag) => new Intl.DisplayNames([tag], { type, fallback: "code" }));
const languages = names("language");
const regions = names("region");

/** Name of a language or country by its code; the code itself if the browser knows none. */
export function nameOfCode(key: string, code: string, lang: 0 | 1): string {
  try {
    if (key === "languages") return languages[lang]?.of(code) ?? code;
    if (key === "countries") return regions[lang]?.of(code) ?? code;
  } catch {
    return code; // no well-formed code
  }
  return code;
}
