import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Deadline } from '../../../agent/src/effects/hypervisor/deadline.ts';
import { type Installed, Standby } from '../../../agent/src/effects/hypervisor/standby.ts';
import { reasonOf } from '../../../agent/src/effects/reason-of.ts';
import type { ProcedureVersion } from '../../../agent/src/effects/procedure/procedure-store.ts';
import { FakeHost } from './fake-host.ts';

const PATIENCE_MS = 20_000;
const soon = (): Deadline => new Deadline(PATIENCE_MS);

let directory: string;
let host: FakeHost;
let standby: Standby;
let pidFile: string;
let warnings: string[];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dbss-standby-'));
  host = new FakeHost(directory);
  const mac = '02:db:55:01:00:14';
  warnings = [];
  pidFile = path.join(directory, 'd.pid');
  const place = { domain: 'd', bridge: 'br0', mac, memory_mb: 512, originalServer: directory, standby: directory, pidFile };
  standby = new Standby(host, place, (error) => warnings.push(error.message));
});
afterEach(() => {
  standby.close();
  host.close();
  rmSync(directory, { recursive: true });
});
const OWN = { address: '198.18.0.214', prefix_length: 24 };
const version = (name: string): ProcedureVersion => ({ name, digest: name, archive: Buffer.from(`archive of ${name}`) });
const install = (...versions: readonly string[]): Promise<Installed> =>
  standby.install('ftp', (versions.length === 0 ? ['version 1'] : versions).map(version), OWN, soon());

test('§3.1: the procedure file is put into the guest with its link up, then applied with the address and a MAC of its own', async () => {
  await install();
  expect(host.story).toEqual(['link up', 'write procedure.tar.gz', 'write requests']);
  expect(host.requests[0]).toMatch(/^install 198\.18\.0\.214 24 02:db:55:01:00:14 \d+\.\d{3}$/);
});

test('the steps of an installation are reported with the time at which they began', async () => {
  host.answer = (id) => [`${id} step clock`, `${id} step daemons`, `${id} done`];
  expect((await install()).steps).toEqual([
    { step: 'clock', at_ms: expect.any(Number) as number },
    { step: 'daemons', at_ms: expect.any(Number) as number },
  ]);
});

test('a failed installation says at which step, and what the guest said', async () => {
  host.answer = (id) => [`${id} step storage`, `${id} error mount.nfs4: Connection timed out`, `${id} failed 32`];
  await expect(install()).rejects.toThrow('at step "storage" (exit status 32): mount.nfs4: Connection timed out');
});

test('of a guest that complains without end the first words are kept', async () => {
  host.answer = (id) => [
    ...Array.from({ length: 500 }, () => `${id} step ${'s'.repeat(900)}`),
    ...Array.from({ length: 500 }, (_, at) => `${id} error complaint ${String(at)} ${'x'.repeat(5000)}`),
    `${id} failed 1`,
  ];
  const reason = await install().catch(reasonOf);
  // At most 16 complaints of 400 characters, and the step.
  expect(reason).toMatch(/^.{0,500}\(exit status 1\): complaint 0 x+; complaint 1 .{0,6500}$/);
});

test('an installation that does not end says at which step it was', async () => {
  host.answer = (id) => [`${id} step daemons`];
  const late = standby.install('ftp', [version('version 2'), version('version 1')], OWN, new Deadline(300));
  await expect(late).rejects.toThrow('"install" has not ended in the standby in time at step "daemons"');
});

test("reports of another agent's request are not taken for ours", async () => {
  host.answer = (id) => ['other failed 1', `${id} done`];
  await expect(install()).resolves.toEqual({ steps: [], notes: [] });
});

test('a receiver that is just starting again is asked again', async () => {
  host.refusals = 2;
  await install();
  expect(host.requests).toHaveLength(1);
});

describe('a version whose daemons do not start', () => {
  /** The guest fails at a step as long as it is not given the last of so many versions. */
  const failing = (times: number, step: string): void => {
    let asked = 0;
    host.answer = (id) => (++asked > times ? [`${id} done`] : [`${id} step ${step}`, `${id} error bad line 3`, `${id} failed 1`]);
  };

  test('gives way to the one before it, and both are named', async () => {
    failing(1, 'daemons');
    const { notes } = await install('version 3', 'version 2, the one before', 'the generated version');
    expect(host.story.filter((event) => event === 'write procedure.tar.gz')).toHaveLength(2);
    expect(notes).toEqual([
      'Installation procedure of ftp, version 3, does not work in the standby here: ' +
        '"install" failed in the standby at step "daemons" (exit status 1): bad line 3; version 2, the one before is applied instead',
    ]);
  });

  test('is the end of it where there is no other', async () => {
    failing(9, 'daemons');
    await expect(install('version 3', 'version 2, the one before')).rejects.toThrow('at step "daemons" (exit status 1): bad line 3');
    expect(host.requests).toHaveLength(2);
  });

  test('is told, too, where the next one does not end in time', async () => {
    let asked = 0;
    host.answer = (id) => (++asked > 1 ? [] : [`${id} step daemons`, `${id} error bad line 3`, `${id} failed 1`]);
    const late = standby.install('ftp', ['version 3', 'version 2'].map(version), OWN, new Deadline(300)).catch(reasonOf);
    expect(await late).toMatch(
      /version 3, does not work .*bad line 3; version 2 is applied instead: "install" has not ended in the standby in time/,
    );
  });

  test('is not to blame for a storage that cannot be mounted: no other version is tried', async () => {
    failing(1, 'storage');
    await expect(install('version 3', 'version 2, the one before')).rejects.toThrow('at step "storage"');
    expect(host.requests).toHaveLength(1);
  });
});

test('resuming is idempotent, and an absent standby is an error that says what to do', async () => {
  await standby.resume(soon());
  await standby.resume(soon());
  expect(host.state).toBe('running');
  host.state = 'absent';
  await expect(standby.resume(soon())).rejects.toThrow('no standby d: reset it');
});

test('only a running guest whose link is up is a virtual server; a broken-off rehearsal is none', async () => {
  writeFileSync(path.join(directory, 'rehearsed'), '');
  const states = [];
  for (const [state, link] of [
    ['paused', 'down'],
    ['running', 'down'],
    ['running', 'up'],
    ['paused', 'up'],
    ['absent', 'down'],
    ['off', 'down'],
  ] as const) {
    host.state = state;
    host.link = link;
    states.push(await standby.state(soon()));
  }
  expect(states).toEqual(['suspended', 'absent', 'running', 'running', 'absent', 'absent']);
});

test('removing an address where no virtual server runs asks nothing of the guest', async () => {
  await standby.removeAddress('198.18.0.112', 24, soon());
  expect(host.requests).toEqual([]);
});

test('a standby whose priority cannot be raised is resumed all the same, with a word about it', async () => {
  await standby.resume(soon());
  expect(host.state).toBe('running');
  expect(warnings).toEqual(['the priority of the standby could not be set to urgent']);
});
