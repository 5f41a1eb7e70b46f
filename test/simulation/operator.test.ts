import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '../../cli/src/errors.ts';
import type { Recovery } from '../../cli/src/inspect/recoveries.ts';
import { loadRecoveries, saveRecoveries } from '../../cli/src/inspect/saved-recoveries.ts';
import { loadInventory } from '../../cli/src/inventory/load-inventory.ts';
import { DURATIONS } from '../../cli/src/simulator/durations.ts';
import { chooseDurations } from '../../cli/src/simulator/operator/measured-durations.ts';
import { parseFailures, REPAIRED_AFTER_MS } from '../../cli/src/simulator/operator/parse-failure.ts';
import { ringOfInventory } from '../../cli/src/simulator/operator/ring-of-inventory.ts';
import { type Prediction, simulate } from '../../cli/src/simulator/operator/simulate.ts';

const SERVERS = ['mail', 'ftp', 'web1'];
const LAB = path.resolve(import.meta.dirname, '../../inventories/lab.yml');

describe('what an operator writes after --fail', () => {
  test.each([
    ['ftp@5s', 5000, { kind: 'power', server: 'ftp', for_ms: undefined }],
    ['ftp@5', 5000, { kind: 'power', server: 'ftp', for_ms: undefined }],
    ['ftp:power@1.5m+10m', 90_000, { kind: 'power', server: 'ftp', for_ms: 600_000 }],
    ['ftp:service@500ms', 500, { kind: 'service', server: 'ftp', how: 'stopped', for_ms: REPAIRED_AFTER_MS }],
    ['ftp:service@0s+1m', 0, { kind: 'service', server: 'ftp', how: 'broken', for_ms: 60_000 }],
    ['web1:link@2s', 2000, { kind: 'link', server: 'web1', network: 'service', for_ms: REPAIRED_AFTER_MS }],
    ['web1:sem@2s+20s', 2000, { kind: 'link', server: 'web1', network: 'sem', for_ms: 20_000 }],
    ['mail:freeze@2s+1h', 2000, { kind: 'freeze', server: 'mail', for_ms: 3_600_000, messagesLost: false }],
  ])('%s', (word, at_ms, fault) => {
    expect(parseFailures([word], SERVERS)).toEqual([{ at_ms, fault }]);
  });

  test('several, in one flag or more, in the order of their times', () => {
    expect(parseFailures(['web1@9s, ftp@5s', 'mail@1s'], SERVERS).map(({ at_ms }) => at_ms)).toEqual([1000, 5000, 9000]);
  });

  test.each([
    ['fpt@5s', /found "fpt", expected a server \(mail, ftp, web1\); did you mean ftp\?/],
    ['ftp:frezze@5s', /found "frezze", expected a kind of failure \(.*\); did you mean freeze\?/],
    ['ftp@5mm', /found "5mm", expected a time like 5s, 500ms or 2m; did you mean 5ms\?/],
    ['ftp@', /found "", expected a time/],
    ['ftp', /"ftp" does not say when/],
    ['@5s', /found nothing, expected a server/],
    ['ftp@5s+', /found "", expected a time/],
    ['', /nothing fails/],
    ['ftp@5s,web@1s', /found "web", expected a server .*did you mean web1\?/],
  ])('%j is refused with what is wrong in it', (word, message) => {
    expect(() => parseFailures([word], SERVERS)).toThrow(UserError);
    expect(() => parseFailures([word], SERVERS)).toThrow(message);
  });
});

describe('a prediction', () => {
  async function predict(...failures: string[]): Promise<Prediction> {
    const inventory = await loadInventory(LAB);
    const ring = ringOfInventory(inventory);
    const faults = parseFailures(failures, ring.names);
    return simulate(ring, { faults, durations: DURATIONS, seed: 3, timing: inventory.timing });
  }

  test('tells the outage, the steps, the host and the return of a machine without power', async () => {
    const { outages, recoveries, violations } = await predict('ftp@5s');
    expect(outages[0]).toMatchObject({ server: 'ftp', from_s: 5, servedBy: expect.stringMatching(/^ftpb@/) });
    // Half an interval, examination and reexamination of 2 s each; the creation hides in the reexamination (decision 0218).
    expect(outages[0]?.duration_s).toBeCloseTo(9, 0);
    expect(recoveries).toHaveLength(1);
    expect(recoveries[0]).toMatchObject({ target: 'ftp', manager: 'mail', times: { installation_s: 0.9 } });
    expect(recoveries[0]?.returned_s).toBeGreaterThan(60);
    expect(violations).toEqual([]);
  });

  test('all daemons of a server count', async () => {
    const { outages } = await predict('mail:service@5s');
    expect(outages[0]).toMatchObject({ server: 'mail', from_s: 5, servedBy: expect.stringMatching(/^mailb@/) });
  });

  test('a SEM cable takes no service away', async () => {
    const { outages, recoveries } = await predict('ftp:sem@5s+1m');
    expect({ outages, recoveries }).toEqual({ outages: [], recoveries: [] });
  });

  test('the same seed gives the same prediction', async () => {
    expect(await predict('ftp@5s', 'web1:freeze@20s+30s')).toEqual(await predict('ftp@5s', 'web1:freeze@20s+30s'));
  });
});

describe('durations of this ring’s own machines', () => {
  const times = { faultToDetection_s: null, detection_s: 2, selection_s: 0, serverFunction_s: 4, reexamination_s: 2 };
  const recovery = (problem: Recovery['problem'], installation_s: number, target_s: number): Recovery => ({
    target: 'ftp',
    manager: 'mail',
    problem,
    detected: '2026-11-01T10:00:00.000Z',
    virtualServer: 'ftpb@web2',
    outcome: 'target recovered',
    times: { ...times, resume_s: 0.4, installation_s, address_s: 0.2, target_s },
  });

  test('are the medians of measured recoveries, a boot what is left of the target’s recovery', () => {
    const { durations, from } = chooseDurations([recovery('network', 3, 82), recovery('service', 5, 34)], 50_000);
    expect(durations).toMatchObject({ resume: 400, installation: 4000, address: 200, boot: 31_000 });
    expect(from).toBe('medians of 2 measured recoveries of this inventory');
  });

  test('are the defaults where nothing was measured', () => {
    expect(chooseDurations([], 50_000).durations).toBe(DURATIONS);
  });

  test('are kept beside the inventory', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'dbss-recoveries-'));
    try {
      const file = path.join(directory, 'lab', 'recoveries.json');
      expect(await loadRecoveries(file)).toEqual([]);
      await saveRecoveries(file, [recovery('network', 3, 82)]);
      expect(await loadRecoveries(file)).toEqual([recovery('network', 3, 82)]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
