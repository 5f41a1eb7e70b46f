/** Reading what `nft` lists of a table. */

const ELEMENTS = /\n\s*elements = \{[^}]*\}/g;
const COUNTS = /counter packets \d+ bytes \d+/g;

/** The rules alone, to compare with what was listed when they were made: elements come and go, and packets are counted. */
export function rulesIn(listing: string): string {
  return listing.replaceAll(ELEMENTS, '').replaceAll(COUNTS, 'counter');
}

/** Addresses with an element in a set or map of the table. */
export function addressesIn(listing: string, set: string): readonly string[] {
  const block = new RegExp(`\\n\\t(?:set|map) ${set} \\{\\n[\\s\\S]*?\\n\\t\\}`).exec(listing)?.[0] ?? '';
  const elements = /elements = \{([^}]*)\}/.exec(block)?.[1] ?? '';
  return elements.split(',').flatMap((element) => /^\s*(\d+\.\d+\.\d+\.\d+)\b/.exec(element)?.[1] ?? []);
}
