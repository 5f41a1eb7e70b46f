import { basename } from 'node:path';
import type { OriginalServerContents } from '../../configuration/original-server-contents.ts';
import type { FoundFile } from './configuration-files.ts';
import type { Look } from './server-configuration.ts';

const UNIT = /^etc\/systemd\/system\/([^/]+)$/;
const UNIT_OR_DROP_IN = /^etc\/systemd\/system\//;
/** Programs in places that no package of Debian uses; signs before a program say how it is started (systemd.service(5)). */
const OWN_PROGRAM = /^[ \t]*Exec\w+[ \t]*=[ \t]*[-@:+!|]*(\/(?:opt|usr\/local)\/[^\s"';]+)/gm;

/** Names of the units that files bring: a link brings the one that it names, where that is in the original server; one to /dev/null brings none. */
export function ownUnits(brought: readonly FoundFile[], { units }: OriginalServerContents): readonly string[] {
  return brought.flatMap(({ path, linkTo }) => {
    const unit = UNIT.exec(path)?.[1];
    return unit === undefined || (linkTo !== undefined && !units.includes(basename(linkTo))) ? [] : [unit];
  });
}

/** Programs that captured units start and that are not captured, each with the unit's path. */
export function ownPrograms(contents: ReadonlyMap<string, Buffer>, { files }: Look): ReadonlyMap<string, string> {
  const missing = new Map<string, string>();
  for (const [path, content] of contents) {
    if (!UNIT_OR_DROP_IN.test(path)) continue;
    for (const [, program = ''] of content.toString('utf8').matchAll(OWN_PROGRAM)) {
      if (!files.has(program.slice(1))) missing.set(program, path);
    }
  }
  return missing;
}
