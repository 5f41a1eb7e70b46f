import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RingServer } from '../../agent/src/protocol/ring/ring-configuration.ts';
import { AgentRing } from './support/agent-ring.ts';
import { describeAsRoot } from './support/root.ts';

const NAMES = ['mail', 'ftp', 'web1'];
const INTERVAL_MS = 2_000;

describeAsRoot('a service that is examined by a script', () => {
  let ring: AgentRing;
  let directory: string;
  let script: string;

  beforeAll(async () => {
    // Everything above a script has to be root's alone.
    directory = mkdtempSync('/run/dbss-script-');
    script = path.join(directory, 'web-ok');
    ring = new AgentRing(NAMES, ['gateway'], (made) => ({
      servers: NAMES.map((name, index): RingServer => ({
        number: index + 1,
        name,
        dataName: `${name}.dat`,
        semAddress: made.semAddress(name),
        virtualServerAddress: `198.18.64.${String(211 + index)}`,
        services: [{ daemon: 'web', probe: 'script', port: 8080, script }],
      })),
    }));
    await ring.start();
  });
  afterAll(async () => {
    await ring.remove();
    rmSync(directory, { recursive: true });
  });

  const told = (name: string): string[] => ring.systemLog(name).match(/\S+web-ok is .*/g) ?? [];

  test('is left alone where the script cannot be run; that is told once in the log, and stands in the status', async () => {
    await ring.bootstrap();
    await sleep(3 * INTERVAL_MS);
    for (const name of NAMES) {
      expect(told(name)).toEqual([
        expect.stringContaining(`${script} is not run on ${name}: it is not there. What it examines counts as normal`),
      ]);
      expect(ring.systemLog(name)).not.toContain('problem detected');
      expect(await ring.status(name)).toMatchObject({
        internal: { network: true, services: { web: true } },
        scriptsNotRun: [{ script, reason: 'it is not there' }],
      });
    }
  });

  test('is examined when the script has come, which is told, too', async () => {
    writeFileSync(script, '#!/bin/sh\n[ "$2" = 8080 ]\n', { mode: 0o755 });
    await ring.until('nobody lacks it', () => ring.everybody(async (name) => (await ring.status(name)).scriptsNotRun?.length === 0));
    for (const name of NAMES) expect(told(name).slice(1)).toEqual([`${script} is run on ${name} now`]);
  });

  test('is abnormal when the script says so', async () => {
    writeFileSync(script, '#!/bin/sh\necho no such table >&2\nexit 1\n');
    await ring.until('somebody has found it', async () =>
      NAMES.some((name) => /Service problem detected .*web-ok: no such table/.test(ring.systemLog(name))),
    );
  });
});
