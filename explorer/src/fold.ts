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

/**
 * What a name must hold to be found: all that was typed, as one; or, if nothing holds that, each of its words.
 * So "gpt 3" is GPT-3 alone, and "openai codex" is Codex, by its maker and its name.
 */
export function wantedOf(query: string, names: readonly string[]): readonly string[] {
  const whole = folded(query);
  if (whole === "" || names.some((name) => name.includes(whole))) return whole === "" ? [] : [whole];
  return query.normalize("NFKC").split(/\s+/).map(folded).filter(Boolean);
}
