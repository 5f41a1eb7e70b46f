import { existsSync } from 'node:fs';
import path from 'node:path';
import { BrokenError } from './errors.ts';

/**
 * Directory of this checkout: the one that holds `templates/` and `package.json`. Found upwards from this module, so that it is the same
 * for the sources and for the bundle in `cli/dist`.
 */
export function installationRoot(): string {
  for (let directory = import.meta.dirname; ; directory = path.dirname(directory)) {
    if (existsSync(path.join(directory, 'templates')) && existsSync(path.join(directory, 'package.json'))) return directory;
    if (directory === path.dirname(directory)) {
      throw new BrokenError(`dbssctl cannot find its own files: no directory above ${import.meta.dirname} holds templates/`, {
        hint: 'run dbssctl from its checkout; its program is cli/bin/dbssctl',
      });
    }
  }
}

/** Path of a built program of dbssctl: `cli/src/lab/power-controller-main.ts` is `distFile('power-controller-main.js')`. */
export function distFile(name: string): string {
  return path.join(installationRoot(), 'cli', 'dist', name);
}

/** Directory with the built agent as it is copied to a server: `agent.mjs`, `libvirt-helper.mjs`, `koffi.node`. */
export function agentDist(): string {
  return path.join(installationRoot(), 'agent', 'dist');
}
