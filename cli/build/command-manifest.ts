import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Plugin } from '@oclif/core/config';
import type { PJSON } from '@oclif/core/interfaces';

/**
 * oclif's manifest: what `--help` needs to know of every command, so that no command is loaded for it and only one to be run.
 * @param cliRoot the package's directory
 * @param stage directory in the package where the commands have just been bundled, relative to it
 * @param dist where they will be, relative to the package
 * @returns JSON text of `oclif.manifest.json`
 * @throws Error naming the commands that lack a summary or an example
 */
export async function commandManifest(cliRoot: string, stage: string, dist: string): Promise<string> {
  const pjson = JSON.parse(readFileSync(path.join(cliRoot, 'package.json'), 'utf8')) as PJSON;
  const commands = { strategy: 'pattern', target: `./${stage}/commands` } as const;
  const plugin = new Plugin({
    root: cliRoot,
    isRoot: true,
    ignoreManifest: true,
    errorOnManifestCreate: true,
    pjson: { ...pjson, oclif: { ...pjson.oclif, commands } },
  });
  await plugin.load();
  const entries = Object.entries(plugin.manifest.commands);
  const bare = entries.filter(([, command]) => command.summary === undefined || command.examples === undefined).map(([id]) => id);
  if (bare.length > 0) throw new Error(`these commands have no static summary or examples: ${bare.join(', ')}`);
  const moved = entries.map(([id, command]) => [id, { ...command, relativePath: moveTo(dist, stage, command.relativePath ?? []) }]);
  return `${JSON.stringify({ ...plugin.manifest, commands: Object.fromEntries(moved) as unknown }, null, 1)}\n`;
}

function moveTo(dist: string, stage: string, relativePath: readonly string[]): readonly string[] {
  return path.join(dist, path.relative(stage, path.join(...relativePath))).split(path.sep);
}
