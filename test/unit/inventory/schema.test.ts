import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DUPLICATE_ADDRESS_POLICIES, NO_QUORUM_POLICIES, QUORUMS } from '@dbss/agent/protocol/ring/ownership-configuration.ts';
import { PROBE_NAMES, SERVER_TYPES } from '@dbss/agent/protocol/ring/ring-configuration.ts';
import { LEASE_PROFILES } from '../../../cli/src/inventory/lease-profiles.ts';
import { TIMING_PROFILES } from '../../../cli/src/inventory/timing-profiles.ts';
import { WELL_KNOWN_DAEMONS } from '../../../cli/src/inventory/well-known-daemons.ts';
import { INVENTORIES } from './lab-inventory.ts';

interface Definition {
  readonly enum: readonly string[];
  readonly not: Definition;
  readonly if: Definition;
  readonly properties: Readonly<Record<string, Definition>>;
}

const schema = JSON.parse(readFileSync(path.join(INVENTORIES, 'dbss-inventory.schema.json'), 'utf8')) as {
  readonly definitions: Readonly<Record<'server' | 'service' | 'clusterVariables', Definition>>;
};
const { server, service, clusterVariables } = schema.definitions;

test('the schema knows the server types, probes, daemons and durations that the program knows', () => {
  expect(server.properties['dbss_type']!.enum).toEqual(SERVER_TYPES);
  expect(service.properties['probe']!.enum).toEqual(PROBE_NAMES);
  expect(service.if.properties['daemon']!.not.enum).toEqual(Object.keys(WELL_KNOWN_DAEMONS));
  expect(clusterVariables.properties['dbss_profile']!.enum).toEqual(Object.keys(TIMING_PROFILES));
  expect(Object.keys(clusterVariables.properties['dbss_timing']!.properties)).toEqual(Object.keys(TIMING_PROFILES.paper));
  expect(clusterVariables.properties['dbss_quorum']!.enum).toEqual(QUORUMS);
  expect(clusterVariables.properties['dbss_no_quorum']!.enum).toEqual(NO_QUORUM_POLICIES);
  expect(clusterVariables.properties['dbss_duplicate_address']!.enum).toEqual(DUPLICATE_ADDRESS_POLICIES);
  // The error of the clocks and of the kernel are no matter of taste.
  const chosen = Object.keys(LEASE_PROFILES.paper).filter((key) => !['clock_error', 'kernel_guard_ms'].includes(key));
  expect(Object.keys(clusterVariables.properties['dbss_lease']!.properties)).toEqual(chosen);
});
