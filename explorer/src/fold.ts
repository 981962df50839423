// Names are found whatever their case, width, hyphens and spaces.

/** The letters and digits of a text alone, in one case and width. */
export const folded = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]/gu, "");

/** All names of something as one text; they are parted by what no folded text has. */
export const haystack = (names: (string | null | undefined)[]): string =>
  names.flatMap((name) => (name ? [folded(name)] : [])).join("|");

export interface Sought {
  whole: string;
  words: string[];
}

/** What is looked for: all of it as one name, or each of its words in some name. Null if nothing is. */
export function sought(query: string): Sought | null {
  const whole = folded(query);
  const words = query
    .normalize("NFKC")
    .split(/\s+/)
    .map(folded)
    .filter((word) => word !== "");
  return whole === "" ? null : { whole, words };
}

export const isFound = (names: string, { whole, words }: Sought): boolean =>
  names.includes(whole) || words.every((word) => names.includes(word));
