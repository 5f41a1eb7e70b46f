import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';

const root = path.resolve(import.meta.dirname, '../../..');
let checkout: string;

jest.setTimeout(30_000);

beforeEach(() => {
  checkout = mkdtempSync(path.join(tmpdir(), 'dbss-structure-'));
});
afterEach(() => {
  rmSync(checkout, { recursive: true });
});

function write(file: string, contents: string): void {
  mkdirSync(path.dirname(path.join(checkout, file)), { recursive: true });
  writeFileSync(path.join(checkout, file), contents);
}

function brokenArrows(): readonly string[] {
  const depcruise = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const words = [depcruise, '--config', path.join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', 'agent', 'cli'];
  const { stdout } = spawnSync(process.execPath, words, { cwd: checkout, encoding: 'utf8' });
  const { summary } = JSON.parse(stdout) as { summary: { violations: readonly { from: string; to: string; rule: { name: string } }[] } };
  return summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`).sort();
}

test('arrows that point the wrong way are caught, also those of types', () => {
  write('agent/src/effects/ping/ping.ts', `import '../../runtime/agent-loop.ts';\nexport interface Ping { ms: number }\n`);
  write('agent/src/runtime/agent-loop.ts', `import '../../../cli/src/lab/lab.ts';\n`);
  write('agent/src/protocol/step.ts', `import type { Ping } from '../effects/ping/ping.ts';\nexport type Step = Ping;\n`);
  write('agent/src/protocol/clock.ts', `import { hrtime } from 'node:process';\nexport const now = hrtime;\n`);
  write('cli/src/lab/lab.ts', `import '../../../agent/src/effects/ping/ping.ts';\nimport '../commands/lab/up.ts';\n`);
  write('cli/src/commands/lab/up.ts', '');
  expect(brokenArrows().filter((arrow) => !arrow.startsWith('no-cycles'))).toEqual([
    'agent-does-not-import-cli: agent/src/runtime/agent-loop.ts -> cli/src/lab/lab.ts',
    'cli-sees-only-protocol-and-configuration: cli/src/lab/lab.ts -> agent/src/effects/ping/ping.ts',
    'effects-do-not-import-runtime: agent/src/effects/ping/ping.ts -> agent/src/runtime/agent-loop.ts',
    'nothing-imports-a-command: cli/src/lab/lab.ts -> cli/src/commands/lab/up.ts',
    'protocol-imports-only-protocol: agent/src/protocol/clock.ts -> process',
    'protocol-imports-only-protocol: agent/src/protocol/step.ts -> agent/src/effects/ping/ping.ts',
  ]);
});

test('a cycle and an import of nothing are caught', () => {
  write('agent/src/protocol/a.ts', `import './b.ts';\n`);
  write('agent/src/protocol/b.ts', `import './a.ts';\nimport './gone.ts';\n`);
  write('cli/src/main.ts', '');
  expect(brokenArrows().map((arrow) => arrow.split(':', 1)[0])).toEqual(expect.arrayContaining(['no-cycles', 'no-unresolvable-imports']));
});

test('the arrows that the architecture allows are let through', () => {
  write('agent/src/protocol/step.ts', `export const step = 1;\n`);
  write('agent/src/configuration/agent-configuration.ts', `import '../protocol/step.ts';\n`);
  write(
    'agent/src/effects/ping/ping.ts',
    `import 'node:net';\nimport '../../protocol/step.ts';\nimport '../../configuration/agent-configuration.ts';\n`,
  );
  write('agent/src/runtime/agent-main.ts', `import '../effects/ping/ping.ts';\nimport '../protocol/step.ts';\n`);
  write('cli/src/commands/up.ts', `import '../../../agent/src/protocol/step.ts';\n`);
  expect(brokenArrows()).toEqual([]);
});

test('a clock, chance and the outside are caught in the protocol', () => {
  const uses = ['Date.now()', 'new Date()', 'Math.random()', 'setTimeout(() => undefined, 1)', 'process.pid', 'performance.now()'];
  write('tsconfig.json', JSON.stringify({ compilerOptions: { lib: ['es2023', 'dom'], noEmit: true, strict: true }, include: ['agent'] }));
  write('agent/src/protocol/seeded.ts', [`import 'node:fs';`, ...uses.map((use, n) => `export const use${n} = ${use};`), ''].join('\n'));
  write('agent/src/effects/allowed.ts', `export const at_ms = Date.now();\n`);
  expect(protocolProblems('agent/src/protocol/seeded.ts')).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(protocolProblems('agent/src/effects/allowed.ts')).toEqual([]);
});

/** Lines on which the rules for the protocol complain. */
function protocolProblems(file: string): readonly number[] {
  const eslint = [path.join(root, 'node_modules/eslint/bin/eslint.js'), '--config', path.join(root, 'eslint.config.mjs')];
  const { stdout } = spawnSync(process.execPath, [...eslint, '--format', 'json', file], { cwd: checkout, encoding: 'utf8' });
  const [result] = JSON.parse(stdout) as readonly { messages: readonly { ruleId: string | null; line: number }[] }[];
  return (result?.messages ?? []).filter(({ ruleId }) => ruleId?.startsWith('no-restricted-')).map(({ line }) => line);
}
