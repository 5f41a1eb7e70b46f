import { LEASE_PROFILES } from '../../cli/src/inventory/lease-profiles.ts';
import { TIMING_PROFILES } from '../../cli/src/inventory/timing-profiles.ts';
import type { Exemption } from '../../cli/src/simulator/exemption.ts';
import type { Fault, TimedFault } from '../../cli/src/simulator/fault.ts';
import { runScenario, type ScenarioResult } from '../../cli/src/simulator/run-scenario.ts';

/** Shrunk scenarios of the soak, in the profile paper. Without a quorum a server that can be asked nothing keeps its address. */
function run(
  names: readonly string[],
  faults: readonly TimedFault[],
  quorum: 'none' | 'majority' | 'majority and witness',
): ScenarioResult {
  const scenario = { seed: 1, names, timing: TIMING_PROFILES.paper, jitter_ms: 0, skew_ms: {}, faults };
  const asked = { lease: LEASE_PROFILES.paper, witness: quorum === 'majority and witness', no_quorum: 'stop', clockRates: {} } as const;
  const silent: Exemption = { kinds: ['link', 'switch', 'partition'], invariant: 1, ofAll: true };
  const apart: Exemption = { kinds: ['partition', 'freeze'], invariant: 5 };
  return runScenario(quorum === 'none' ? scenario : { ...scenario, majority: asked }, {
    exemptions: quorum === 'none' ? [silent, apart] : [apart],
    quorumOf: (servers) => (quorum === 'none' ? Math.ceil(servers / 2) : Math.floor(servers / 2) + 1),
  });
}

function at(at_s: number, fault: Fault): TimedFault {
  return { at_ms: at_s * 1000, fault };
}

function told({ violations }: ScenarioResult): string[] {
  return violations.map(({ invariant, what }) => `${String(invariant)} ${what.slice(0, 120)}`);
}

describe.each(['none', 'majority and witness'] as const)('two servers that separated each other (quorum %s)', (quorum) => {
  test('are one ring again when they reach each other', () => {
    const apart = run(
      ['s1', 's2'],
      [
        at(1, { kind: 'switch', which: 'sem', for_ms: 14_000 }),
        at(1, { kind: 'partition', server: 's1', other: 's2', network: 'service', for_ms: 187_000 }),
      ],
      quorum,
    );
    expect(apart.transcript.join('\n')).toMatch('s2     Separated from the group, say s1: waiting for new management files');
    expect(told(apart)).toEqual([]);
  });
});

test('a server that was given up, comes back and goes again before it is returned is started once more', () => {
  const result = run(
    ['s1', 's2'],
    [
      at(1, { kind: 'freeze', server: 's2', for_ms: 111_000, messagesLost: true }),
      at(148, { kind: 'power', server: 's2', for_ms: undefined }),
    ],
    'majority and witness',
  );
  expect(told(result)).toEqual([]);
});

test('a server that was separated and has stepped down starts the ring when all others are dead', () => {
  const result = run(
    ['s1', 's2'],
    [
      at(7, { kind: 'link', server: 's1', network: 'service', for_ms: 48_000 }),
      at(10, { kind: 'freeze', server: 's1', for_ms: 11_000, messagesLost: true }),
      at(39, { kind: 'power', server: 's2', for_ms: undefined }),
    ],
    'majority and witness',
  );
  expect(told(result)).toEqual([]);
});

test('a ring that starts again without enough voters runs its management program, which brings them back', () => {
  const result = run(
    ['s1', 's2'],
    [
      at(1, { kind: 'freeze', server: 's1', for_ms: 16_000, messagesLost: true }),
      at(22, { kind: 'power', server: 's2', for_ms: undefined }),
      at(29, { kind: 'power', server: 's1', for_ms: 1000 }),
    ],
    'majority and witness',
  );
  expect(told(result)).toEqual([]);
});

test('of halves that want each other’s voters out the last vote is never taken', () => {
  const result = run(
    ['s1', 's2', 's3', 's4'],
    [
      at(1, { kind: 'power', server: 's2', for_ms: undefined }),
      at(13, { kind: 'power', server: 's1', for_ms: 20_000 }),
      at(13, { kind: 'switch', which: 'sem', for_ms: 74_000 }),
    ],
    'majority',
  );
  expect(result.transcript.join('\n')).not.toMatch(/Voters [\d.]+: *\n/);
  expect(told(result)).toEqual([]);
});

test('recoveries of a server whose flag file was deleted are taken up by another one', () => {
  const result = run(
    ['s1', 's2', 's6', 's7', 's8'],
    [
      at(1, { kind: 'service', server: 's2', how: 'broken', for_ms: 1000 }),
      at(2.5, { kind: 'link', server: 's1', network: 'service', for_ms: 5000 }),
      at(14, { kind: 'flag', server: 's8', for_ms: 106_000 }),
    ],
    'none',
  );
  expect(told(result)).toEqual([]);
});

test('the virtual server of a target that was given up gets another host when its own fails', () => {
  const result = run(
    ['s6', 's9', 's10', 's11'],
    [
      at(1, { kind: 'service', server: 's6', how: 'broken', for_ms: 31_000 }),
      at(10, { kind: 'switch', which: 'sem', for_ms: 106_000 }),
      at(10, { kind: 'service', server: 's10', how: 'stopped', for_ms: 1000 }),
    ],
    'none',
  );
  expect(told(result)).toEqual([]);
});

test('a target that does not take its address back after the host of its virtual server died gets another one', () => {
  const returns_ms = { s1: 8800, s2: 2400, s3: 300, s4: 2200, s5: 129_400 };
  const result = run(
    ['s1', 's2', 's3', 's4', 's5'],
    [
      at(1, { kind: 'disk', server: 's1', for_ms: 216_000 }),
      at(4, { kind: 'power-cut', returns_ms }),
      at(160, { kind: 'reboot', server: 's3', for_ms: 40_000 }),
    ],
    'majority',
  );
  expect(told(result)).toEqual([]);
});

test('two servers, of which one was taken over while its agent was dead, do not both step down', () => {
  const result = run(
    ['s1', 's2'],
    [
      at(1, { kind: 'partition', server: 's2', other: 's1', network: 'service', for_ms: 230_000 }),
      at(108, { kind: 'agent', server: 's1', for_ms: 199_000 }),
    ],
    'none',
  );
  expect(result.transcript.join('\n')).not.toMatch('s2     Separated from the group');
});

test.each(['none', 'majority'] as const)(
  'a virtual server that its manager forgot in its own restart is taken over as it is (quorum %s)',
  (quorum) => {
    const returns_ms = { s1: 51_500, s2: 35_400, s6: 13_300 };
    const result = run(
      ['s1', 's2', 's6'],
      [
        at(1, { kind: 'service', server: 's2', how: 'disabled', for_ms: 1000 }),
        at(43, { kind: 'service', server: 's1', how: 'disabled', for_ms: 1000 }),
        at(44, { kind: 'power-cut', returns_ms }),
      ],
      quorum,
    );
    // Here on the very server that takes the recovery up.
    expect(result.transcript.join('\n')).toMatch('s6     DBSS_s2_s6 Virtual server s2b@s6 serves for the target already');
    expect(told(result)).toEqual([]);
  },
);
