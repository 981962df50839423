// SPDX-License-Identifier: Apache-2.0
import { index, labels, models as document } from "./data.js";

export const release = index.release;
export const version = release.version;
export const models = document.models;
export const axes = labels.axes;
export const retired = index.retired;

const known = new Set(index.models);

export async function model(id) {
  if (!known.has(id)) {
    const gone = index.retired.find((row) => row.retired_id === id);
    const hint = gone?.renamed_to ? `; it is ${gone.renamed_to} now` : "";
    throw new RangeError(`there is no model ${JSON.stringify(id)}${hint}`);
  }
  const address = new URL(`./api/models/${id}.json`, import.meta.url);
  if (address.protocol === "file:") {
    const { readFile } = await import("node:fs/promises");
    return JSON.parse(await readFile(address, "utf8"));
  }
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}
