import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Deadline } from '../../../agent/src/effects/hypervisor/deadline.ts';
import { Standby } from '../../../agent/src/effects/hypervisor/standby.ts';
import { FakeHost } from './fake-host.ts';

const soon = (): Deadline => new Deadline(20_000);
let directory: string;
let host: FakeHost;
let standby: Standby;
let warnings: string[];
let pathBefore: string | undefined;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-reset-'));
  for (const name of ['bin', 'original', 'standby']) mkdirSync(path.join(directory, name));
  writeFileSync(path.join(directory, 'bin/qemu-img'), '#!/bin/sh\n');
  chmodSync(path.join(directory, 'bin/qemu-img'), 0o755);
  pathBefore = process.env['PATH'];
  process.env['PATH'] = `${path.join(directory, 'bin')}:${pathBefore ?? ''}`;
  host = new FakeHost(path.join(directory, 'standby'));
  warnings = [];
  standby = newStandby();
});
afterEach(() => {
  standby.close();
  host.close();
  process.env['PATH'] = pathBefore;
  rmSync(directory, { recursive: true });
});

/** What the agent of the server makes at its start. */
function newStandby(): Standby {
  const place = {
    ...{ domain: 'd', bridge: 'br0', mac: '02:db:55:01:00:14', memory_mb: 512 },
    originalServer: path.join(directory, 'original'),
    standby: path.join(directory, 'standby'),
    pidFile: path.join(directory, 'd.pid'),
  };
  return new Standby(host, place, (error) => warnings.push(error.message));
}

function deploy(changes: Readonly<Record<string, unknown>> = {}): void {
  const image = { format: 1, hash: 'h', accelerator: 'tcg', qemu_version: '7.2.22', memory_mb: 512, rehearsal: '', ...changes };
  writeFileSync(path.join(directory, 'original/image.json'), JSON.stringify(image));
  writeFileSync(path.join(directory, 'original/domain.xml'), '<domain><name>d</name></domain>');
}

const restores = (): readonly string[] => host.story.filter((event) => ['destroy', 'restore', 'suspend'].includes(event));

test('a reset standby is rehearsed and suspended, also for an agent that is started later', async () => {
  deploy();
  await standby.reset(soon());
  expect(restores()).toEqual(['destroy', 'restore', 'suspend']);
  expect(host.requests.map((request) => request.split(' ')[0])).toEqual(['enter-rehearsal', 'install', 'add-address', 'leave-rehearsal']);
  expect(await standby.state(soon())).toBe('suspended');
  expect(await newStandby().state(soon())).toBe('suspended');
});

test('a standby of which an agent that was ended in a reset has restored the memory alone is not taken for a pristine one', async () => {
  deploy();
  await standby.reset(soon());
  host.interrupted = true;
  await expect(standby.reset(soon())).rejects.toThrow('the agent was restarted');
  expect([host.state, host.link]).toEqual(['paused', 'down']);
  warnings = [];
  const later = newStandby();
  expect(await later.state(soon())).toBe('absent');
  expect(await later.state(soon())).toBe('absent');
  expect(warnings.filter((warning) => warning.includes('rehears'))).toEqual([
    'the standby d is suspended and nothing tells that it was rehearsed: it is made anew',
  ]);
});

describe.each([
  ['no original server', undefined, 'deploy it first (dbssctl bootstrap)'],
  ['an original server of another size', { memory_mb: 1024 }, '1024 MB of memory'],
  ['an original server of another QEMU', { qemu_version: '8.1.0' }, 'the saved memory is of QEMU 8.1.0'],
] as const)('with %s', (_, changes, words) => {
  beforeEach(() => {
    if (changes !== undefined) deploy(changes);
  });

  test('a virtual server is stopped and thrown away all the same, and the reason is told', async () => {
    Object.assign(host, { state: 'running', link: 'up' });
    await expect(standby.reset(soon())).rejects.toThrow(words);
    expect(host.requests).toEqual(['stop']);
    expect(host.state).toBe('absent');
  });

  test('a suspended standby stays as it is', async () => {
    await expect(standby.reset(soon())).rejects.toThrow(words);
    expect(restores()).toEqual([]);
    expect(host.state).toBe('paused');
  });
});
