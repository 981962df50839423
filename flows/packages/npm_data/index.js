// SPDX-License-Identifier: Apache-2.0
import * as data from "./data.js";

export const release = data.index.release;
export const version = release.version;
export const models = data.models.models;
export const organisations = data.organisations.organisations;
export const licences = data.licences.licences;
export const axes = data.labels.axes;
export const retired = data.index.retired;

const known = new Set(data.index.models);

export async function model(id) {
  if (!known.has(id)) {
    const gone = retired.find((row) => row.retired_id === id);
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
