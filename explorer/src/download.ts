// What is on the screen as files: rows as CSV, charts as SVG; both say where they come from.
import { isoOf } from "./format.ts";
import { columns, day, land, picked, query, ranges, rows, values } from "./state.ts";
import { columnName, t, valueName } from "./words.ts";

function save(name: string, type: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000); // the browser reads it after the click
}

/** The filter in words, on one line. */
export function filterNote(): string {
  const parts: string[] = [];
  if (query.value) parts.push(t("from_search", { text: query.value }));
  for (const [key, codes] of Object.entries(picked.value)) {
    const facet = land.value.facet.get(key);
    if (facet)
      parts.push(`${columnName(key)}: ${codes.map((code) => valueName(facet, facet.codes.indexOf(code))).join(", ")}`);
  }
  for (const [key, [low, high]] of Object.entries(ranges.value)) {
    const show = (n: number | null): string =>
      n === null ? "" : land.value.measure.get(key)?.isDate ? isoOf(n) : String(n);
    parts.push(`${columnName(key)}: ${show(low)}–${show(high)}`);
  }
  return (parts.join("; ") || t("no_filter")).replace(/\s+/g, " ");
}

/** Where what is on the screen comes from, on one line. */
export function sourceNote(): string {
  const { about } = land.value.core;
  return `${about.label} ${about.version}, ${about.licence}, ${t("by_author", { author: about.author })}; ${t("day")} ${isoOf(day.value)}`;
}

const fileName = (kind: string, ending: string): string =>
  `kiban-${land.value.core.about.version}-${kind}-${isoOf(day.value)}.${ending}`;

const cell = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** Value of a column as the CSV of a release has it: codes, ISO days, lists joined by `;`. */
function plain(key: string, m: number): string {
  const measure = land.value.measure.get(key);
  if (measure) {
    const value = measure.values[m] ?? null;
    return value === null ? "" : measure.isDate ? isoOf(value) : String(value);
  }
  const facet = land.value.facet.get(key);
  return (values.value.get(key)?.[m] ?? []).map((place) => facet?.codes[place] ?? "").join(";");
}

/** The rows and columns of the screen, after lines of comment with licence and filter. */
export function csvOf(): string {
  const { model_id, name } = land.value.core.models;
  const head = ["model_id", "name", ...columns.value];
  const body = rows.value.map((m) => [model_id[m] ?? "", name[m] ?? "", ...columns.value.map((key) => plain(key, m))]);
  const notes = [sourceNote(), land.value.core.about.licence_url, filterNote()].map((note) => `# ${note}`);
  return `${[...notes, ...[head, ...body].map((line) => line.map(cell).join(","))].join("\n")}\n`;
}

export const saveCsv = (): void => save(fileName("models", "csv"), "text/csv;charset=utf-8", csvOf());

export interface Key {
  colour: string;
  name: string;
}

const SVG = "http://www.w3.org/2000/svg";
const INK = "#1a1a1a";

function drawn(kind: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const element = document.createElementNS(SVG, kind);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/** A legend in lines that are not wider than the chart; gives its height too. */
function legend(keys: readonly Key[], width: number, top: number): [SVGElement[], number] {
  const elements: SVGElement[] = [];
  let [x, y] = [8, top];
  for (const { colour, name } of keys) {
    const needed = 26 + [...name].reduce((sum, c) => sum + ((c.codePointAt(0) ?? 0) > 0x2e80 ? 12 : 7), 0);
    if (x + needed > width && x > 8) [x, y] = [8, y + 18];
    elements.push(drawn("rect", { x, y: y - 10, width: 11, height: 11, fill: colour }));
    elements.push(drawn("text", { x: x + 16, y, "font-size": 12, fill: INK }, name));
    x += needed;
  }
  return [elements, y - top + 18];
}

/** The chart as it is drawn, black on white, with title, legend, filter and source. */
export function svgOf(chart: SVGSVGElement, title: string, keys: readonly Key[]): string {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const [, , width = 800, height = 400] = (chart.getAttribute("viewBox") ?? "").split(" ").map(Number);
  const [swatches, depth] = legend(keys, width, height + 16);
  const [top, whole] = [-34, height + depth + 80];
  const notes = [filterNote(), sourceNote()].map((note, line) =>
    drawn("text", { x: 8, y: height + depth + 16 + line * 16, "font-size": 11, fill: INK }, note.slice(0, 180)),
  );
  const frame = { xmlns: SVG, viewBox: `0 ${top} ${width} ${whole}`, width, height: whole, color: INK };
  for (const [key, value] of Object.entries({ ...frame, "font-family": "sans-serif" }))
    copy.setAttribute(key, `${value}`);
  copy.prepend(drawn("rect", { x: 0, y: top, width, height: whole, fill: "#fff" }));
  copy.append(drawn("text", { x: 8, y: -12, "font-size": 16, fill: INK }, title), ...swatches, ...notes);
  return new XMLSerializer().serializeToString(copy);
}

export const saveSvg = (chart: SVGSVGElement, kind: string, title: string, keys: readonly Key[]): void =>
  save(fileName(kind, "svg"), "image/svg+xml", svgOf(chart, title, keys));
