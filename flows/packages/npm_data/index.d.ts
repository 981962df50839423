/** The release that the package holds. */
export const release: IndexDocument["release"];
/** Version of the release, and of the package. */
export const version: string;
/** One row a model. */
export const models: ModelsDocument["models"];
/** Makers of models. */
export const organisations: OrganisationsDocument["organisations"];
/** Licences of weights, and what they permit. */
export const licences: LicencesDocument["licences"];
/** Axes with their labels and thresholds. */
export const axes: LabelsDocument["axes"];
/** Ids that are no longer used, and what took their place. */
export const retired: IndexDocument["retired"];

export type ModelRow = ModelsDocument["models"][number];
export type Axis = LabelsDocument["axes"][number];
export type Facts = ModelDocument["facts"];
export type Source = ModelDocument["sources"][number];
export type Label = ModelDocument["labels"][number];

/** All that is known of one model, such as "openai/gpt-3". Rejects with a RangeError if there is no such model. */
export function model(id: string): Promise<ModelDocument>;
