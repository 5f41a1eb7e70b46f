import type { Patch } from './mutation.ts';

const FOLDER = '/agent/src/protocol/';

/** The patches that are meant for the module at a URL. */
export function patchesFor(patches: readonly Patch[], url: string): readonly Patch[] {
  return patches.filter(({ file }) => url.endsWith(`${FOLDER}${file}`));
}

/**
 * A module's text with some of it replaced, one patch after the other.
 * @throws Error where a text that is to be replaced is not there once: the code has changed, and the mutation must follow it
 */
export function patched(source: string, patches: readonly Patch[]): string {
  return patches.reduce((text, { file, find, replace }) => {
    if (text.split(find).length !== 2) throw new Error(`${file} does not have once: ${find}`);
    return text.replace(find, () => replace);
  }, source);
}
