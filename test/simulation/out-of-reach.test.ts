import { LEASE_PROFILES } from '../../cli/src/inventory/lease-profiles.ts';
import { TIMING_PROFILES } from '../../cli/src/inventory/timing-profiles.ts';
import type { TimedFault } from '../../cli/src/simulator/fault.ts';
import { runScenario, type ScenarioResult } from '../../cli/src/simulator/run-scenario.ts';

/** A scenario of the soak in the profile paper, as it was shrunk; of the invariants it violated those are looked at. */
function run(
  names: readonly string[],
  faults: readonly TimedFault[],
  { majority = false }: { readonly majority?: boolean } = {},
): ScenarioResult {
  const scenario = { seed: 1, names, timing: TIMING_PROFILES.paper, jitter_ms: 0, skew_ms: {}, faults };
  const asked = { lease: LEASE_PROFILES.paper, witness: true, no_quorum: 'stop', clockRates: {} } as const;
  return runScenario(majority ? { ...scenario, majority: asked } : scenario, {
    exemptions: [],
    quorumOf: (servers) => (majority ? Math.floor(servers / 2) + 1 : Math.ceil(servers / 2)),
  });
}

/** What was violated, but for two holders: without a quorum a server that can be asked nothing keeps its address. */
function violated({ violations }: ScenarioResult): string[] {
  return violations.filter(({ invariant }) => invariant !== 1).map(({ invariant, what }) => `${String(invariant)} ${what.slice(0, 100)}`);
}

describe('a server whose service fails while its SEM cable is out', () => {
  const faults: readonly TimedFault[] = [
    { at_ms: 1000, fault: { kind: 'link', server: 's2', network: 'sem', for_ms: 146_000 } },
    { at_ms: 1000, fault: { kind: 'service', server: 's2', how: 'stopped', for_ms: 0 } },
  ];

  test('hears that it was taken over when the cable is back, although it writes no heartbeat, and returns', () => {
    expect(violated(run(['s1', 's2'], faults))).toEqual([]);
    expect(violated(run(['s1', 's2', 's3', 's4'], faults))).toEqual([]);
  });

  test('gives its address up when the cable is back, where a majority is asked', () => {
    const result = run(['s1', 's2'], faults, { majority: true });
    expect(result.violations).toEqual([]);
    expect(result.transcript.join('\n')).toMatch('s2 does not give the address up');
  });
});

test('a server that was given up and says hello gets another virtual server when the host of the first one fails', () => {
  const result = run(
    ['s1', 's2', 's3', 's4'],
    [
      { at_ms: 1000, fault: { kind: 'link', server: 's4', network: 'service', for_ms: 185_000 } },
      { at_ms: 150_000, fault: { kind: 'service', server: 's1', how: 'stopped', for_ms: 0 } },
      { at_ms: 150_000, fault: { kind: 'service', server: 's2', how: 'stopped', for_ms: 0 } },
    ],
  );
  expect(result.transcript.join('\n')).toMatch('Target server that was given up is watched');
  expect(violated(result)).toEqual([]);
});

test('a failed server is recovered while the gateway is away and nobody writes a heartbeat', () => {
  const faults: readonly TimedFault[] = [
    { at_ms: 1000, fault: { kind: 'switch', which: 'gateway', for_ms: 120_000 } },
    { at_ms: 30_000, fault: { kind: 'power', server: 's1', for_ms: 60_000 } },
  ];
  const { violations, transcript } = run(['s1', 's2', 's3'], faults);
  expect(violations).toEqual([]);
  expect(transcript.join('\n')).toMatch(/DBSS_s1_s3 Server function recovered/);
});
