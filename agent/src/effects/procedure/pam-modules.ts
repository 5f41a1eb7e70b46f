import { packageWithFile } from './packages.ts';

const PAM_FILE = /^etc\/pam\.d\//;
/**
 * A line that keeps everybody out where its module is missing. Others let people in without it: they are `optional` or `sufficient`, say what to do without it, or may lack it
 * (`-`); and `password` is about changing one (pam.conf(5)).
 */
const NEEDED = /^[ \t]*(?:auth|account|session)\s+(?:required|requisite)\s+(?:\S*\/)?(pam_\w+\.so)/gm;
/** Debian's packages with modules of PAM. */
const PACKAGE = /^libpam-/;

/**
 * Packages of the PAM modules that captured files name and that nobody gets in without: a daemon would listen all the same.
 *
 * @param root directory of the system
 * @param contents captured files by path
 * @param installed names of the packages of this server
 * @returns each with what needs it
 */
export async function packagesOfPamModules(
  root: string,
  contents: ReadonlyMap<string, Buffer>,
  installed: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const candidates = installed.filter((name) => PACKAGE.test(name));
  for (const [path, content] of contents) {
    if (!PAM_FILE.test(path)) continue;
    for (const [, module = ''] of content.toString('utf8').matchAll(NEEDED)) {
      const name = await packageWithFile(root, candidates, `/security/${module}`);
      if (name !== undefined) found.set(name, `/${path} names ${module}`);
    }
  }
  return found;
}
