import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import type { Bundle } from './bundles.ts';

const AGENT_PROGRAMS: Readonly<Record<string, string>> = {
  agent: 'agent/src/runtime/agent-main.ts',
  'libvirt-helper': 'agent/src/effects/hypervisor/libvirt-helper-main.ts',
  'client-work': 'agent/src/effects/service-check/work/client-work-main.ts',
};

/**
 * What there is to build, found in the folders: each file of `cli/src/commands` is a command, each `*-main.ts` of the CLI a program that
 * dbssctl starts, and the agent's programs go to the servers.
 * @throws Error when a program of the agent is missing or two programs have one name
 */
export function findBundles(root: string): readonly Bundle[] {
  return [
    { directory: 'cli/dist', entries: commandLineEntries(root), splitting: true, extension: '.js', standsAlone: false },
    { directory: 'cli/dist', entries: programEntries(root), splitting: false, extension: '.js', standsAlone: false },
    { directory: 'agent/dist', entries: agentEntries(root), splitting: false, extension: '.mjs', standsAlone: true },
  ];
}

function commandLineEntries(root: string): Record<string, string> {
  const pages = globSync('cli/src/commands/**/*.ts', { cwd: root }).sort();
  const commands = pages.map((page) => [path.relative('cli/src', page).slice(0, -'.ts'.length), page] as const);
  return { main: 'cli/src/main.ts', ...Object.fromEntries(commands) };
}

function programEntries(root: string): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const source of globSync('cli/src/**/*-main.ts', { cwd: root }).sort()) {
    const name = path.basename(source, '.ts');
    if (entries[name] !== undefined)
      throw new Error(`${source} and ${entries[name]} would both be built as cli/dist/${name}.js: rename one`);
    entries[name] = source;
  }
  return entries;
}

function agentEntries(root: string): Record<string, string> {
  const missing = Object.values(AGENT_PROGRAMS).filter((source) => !existsSync(path.join(root, source)));
  if (missing.length > 0) throw new Error(`the agent lacks ${missing.join(' and ')}`);
  return { ...AGENT_PROGRAMS };
}
