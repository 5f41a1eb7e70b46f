import type { Event } from '@dbss/agent/protocol/events.ts';
import type { Request } from '@dbss/agent/protocol/sem/messages.ts';
import { LEASE_PROFILES } from '../../../cli/src/inventory/lease-profiles.ts';
import { ownershipOf, WITNESS } from '../../../cli/src/simulator/made-ring.ts';
import { initialWitnessState, witnessStatusOf, witnessStep, type WitnessState } from '@dbss/agent/protocol/witness/witness.ts';

const now = { mono_ms: 0, unix_ms: 0 };
const started: Event = {
  now,
  kind: 'started',
  boot_id: 'boot',
  incarnation: 'i',
  held_addresses: [],
  physical_memory_kb: 1,
  cpu_cores: 1,
  standby: 'absent',
};
const running: WitnessState = witnessStep(initialWitnessState('lab', 'files'), started).state;

function answerTo(request: Request): unknown {
  const { state, effects } = witnessStep(running, { now, kind: 'call', call: 'ftp#1', from: 'ftp', request });
  expect(state).toBe(running);
  expect(effects).toHaveLength(1);
  expect(effects[0]).toMatchObject({ kind: 'answer', call: 'ftp#1' });
  return effects[0]?.kind === 'answer' ? effects[0].answer : undefined;
}

test('the witness says in its log that it has started, and in its status that it is one', () => {
  expect(witnessStep(initialWitnessState('lab', 'files'), started).effects).toEqual([
    { kind: 'log', background: false, text: 'Witness of the ring lab started' },
  ]);
  expect(witnessStatusOf(running)).toEqual({ role: 'witness', name: 'files', cluster: 'lab', boot_id: 'boot' });
});

test('a server that asks for its state is told that it is a witness that holds nothing', () => {
  expect(answerTo({ kind: 'state' })).toEqual({ kind: 'state', boot_id: 'boot', executor: 'witness', holds_own_address: false });
});

test.each<Request>([
  { kind: 'edit', edit: { editor: 'ftp', epoch: 1, diff: 'group,Del,1 a a.dat' } },
  { kind: 'load' },
  { kind: 'hello', boot_id: 'b' },
  { kind: 'create-virtual-server', target: 'ftp' },
  { kind: 'take-own-address', vip: '198.18.0.112' },
  { kind: 'restart' },
  { kind: 'install-flag' },
])('it takes no part in the ring: $kind is refused', (request) => {
  expect(answerTo(request)).toEqual({ kind: 'refused', reason: 'files is the witness: it only votes' });
});

test.each<Event>([
  { now, kind: 'memory-disk', files: undefined, flag: true },
  { now, kind: 'timer', timer: 'interval' },
  { now, kind: 'result', request: 'r1', outcome: { kind: 'done', elapsed_ms: 1 } },
  { now, kind: 'operator', command: 'reset-standby' },
])('what a server would act on leaves it as it is: $kind', (event) => {
  expect(witnessStep(running, event)).toEqual({ state: running, effects: [] });
});

test('with a majority it votes by what lies on its disk, and says in its status by which voters it goes', () => {
  const ownership = ownershipOf(['ftp', 'mail'], { lease: LEASE_PROFILES.paper, witness: true });
  const configuration = { term: 1, version: 1, voters: [{ name: WITNESS, uuid: 'disk', weight: 1 }] };
  const found = { document: { uuid: 'disk', configuration, granted: {} }, claims: [], boot_us: 1 };
  const { state } = witnessStep(initialWitnessState('lab', WITNESS, ownership), { ...started, found });
  expect(witnessStatusOf(state)).toMatchObject({ voter: { uuid: 'disk', configuration } });
  const claim = { address: '198.18.0.101', epoch: 1, holder: 'ftp', nonce: 'a'.repeat(32) };
  const message = { kind: 'ask', configuration, asks: [{ claim, sequence: 1, length: 'short' }] } as const;
  const ask = (mono_ms: number): readonly string[] =>
    witnessStep(state, { now: { mono_ms, unix_ms: 0 }, kind: 'datagram', from: 'ftp', message }).effects.map(({ kind }) => kind);
  // It may have supported a long lease before it started: until that is over it refuses.
  expect(ask(4_000)).toEqual(['send-datagram']);
  expect(ask(6_000)).toEqual(['store-voter']);
});
