import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hashInputs, isUpToDate } from '../../../cli/build/build-record.ts';
import { bundle } from '../../../cli/build/bundles.ts';
import { findBundles } from '../../../cli/build/entries.ts';

const root = path.resolve(import.meta.dirname, '../../..');
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-build-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function write(file: string, contents = ''): void {
  mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
  writeFileSync(path.join(directory, file), contents);
}

function writeAgent(): void {
  write('agent/src/runtime/agent-main.ts');
  write('agent/src/effects/hypervisor/libvirt-helper-main.ts');
  write('agent/src/effects/service-check/work/client-work-main.ts');
}

test('dbssctl that is not built says so and how to build it, also through a link', () => {
  cpSync(path.join(root, 'cli/bin/dbssctl'), path.join(directory, 'checkout/cli/bin/dbssctl'), { recursive: true });
  symlinkSync(path.join(directory, 'checkout/cli/bin/dbssctl'), path.join(directory, 'dbssctl'));
  const { status, stderr } = spawnSync(path.join(directory, 'dbssctl'), ['--help'], { encoding: 'utf8' });
  expect(stderr).toBe(
    `Error: dbssctl is not built in ${directory}/checkout\nNext step: cd ${directory}/checkout && npm ci && npm run build\n`,
  );
  expect(status).toBe(2);
});

test('every command page and every program of dbssctl is built without being listed', () => {
  write('cli/src/commands/lab/up.ts');
  write('cli/src/commands/validate.ts');
  write('cli/src/lab/power-controller-main.ts');
  writeAgent();
  const [commands, programs, agent] = findBundles(directory).map(({ entries }) => Object.keys(entries));
  expect(commands).toEqual(['main', 'commands/lab/up', 'commands/validate']);
  expect(programs).toEqual(['power-controller-main']);
  expect(agent).toEqual(['agent', 'libvirt-helper', 'client-work']);
});

test('two programs of one name are refused', () => {
  writeAgent();
  write('cli/src/lab/watch-main.ts');
  write('cli/src/image/watch-main.ts');
  expect(() => findBundles(directory)).toThrow(
    /lab\/watch-main\.ts and .*image\/watch-main\.ts would both be built as cli\/dist\/watch-main\.js/,
  );
});

test('an agent without one of its programs is not built', () => {
  write('agent/src/runtime/agent-main.ts');
  expect(() => findBundles(directory)).toThrow('the agent lacks agent/src/effects/hypervisor/libvirt-helper-main.ts');
});

test('a build is up to date until an input changes, appears or an output is gone', () => {
  write('cli/src/main.ts', 'one');
  write('schema.json', '{}');
  write('cli/dist/main.js');
  const record = { hash: hashInputs(directory, ['schema.json']), inputs: ['schema.json'], outputs: ['cli/dist/main.js'] };
  expect(isUpToDate(directory, record)).toBe(true);
  write('schema.json', '{"a":1}');
  expect(isUpToDate(directory, record)).toBe(false);
  write('schema.json', '{}');
  write('cli/src/commands/validate.ts');
  expect(isUpToDate(directory, record)).toBe(false);
  rmSync(path.join(directory, 'cli/src/commands/validate.ts'));
  rmSync(path.join(directory, 'cli/dist/main.js'));
  expect(isUpToDate(directory, record)).toBe(false);
});

test('a bundle finds the native part of koffi beside itself, where there is no node_modules', async () => {
  write('probe.ts', `import koffi from 'koffi';\nprocess.stdout.write(String(koffi.load('libc.so.6').func('int abs(int)')(-7)));\n`);
  symlinkSync(path.join(root, 'node_modules'), path.join(directory, 'node_modules'));
  const { outputFiles } = await bundle(
    { directory: 'out', entries: { probe: 'probe.ts' }, splitting: false, extension: '.mjs', standsAlone: true },
    directory,
  );
  const server = mkdtempSync(path.join(tmpdir(), 'dbss-server-'));
  try {
    for (const { path: file, contents } of outputFiles) writeFileSync(path.join(server, path.basename(file)), contents);
    expect(outputFiles.map(({ path: file }) => path.basename(file)).sort()).toEqual(['koffi.node', 'probe.mjs']);
    expect(execFileSync(process.execPath, [path.join(server, 'probe.mjs')], { encoding: 'utf8' })).toBe('7');
  } finally {
    rmSync(server, { recursive: true });
  }
});
