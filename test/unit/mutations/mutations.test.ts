import { readFileSync } from 'node:fs';
import path from 'node:path';
import { MUTATIONS } from '../../mutations/all.ts';
import { patched } from '../../mutations/patched.ts';
import { tryMutation } from '../../mutations/try-mutation.ts';

const PROTOCOL = path.join(import.meta.dirname, '../../../agent/src/protocol');
/** One of ownership, of SEM, of the ring and of restraint, each of which is caught within seconds. */
const SAMPLE = [
  'V6: waiting before another claim is granted',
  'SEM: records that differ are exchanged',
  'A target gets its address back when the virtual server has given it up',
  'Restraint: more than half looking dead at once is held',
];

test('each mutation replaces text that is in the production code once', () => {
  for (const { patches } of MUTATIONS) {
    for (const file of new Set(patches.map((patch) => patch.file))) {
      const source = readFileSync(path.join(PROTOCOL, file), 'utf8');
      const mine = patches.filter((patch) => patch.file === file);
      expect(patched(source, mine)).not.toBe(source);
    }
  }
});

test('a text that is not there once is an error', () => {
  const patch = { file: 'step.ts', find: 'a', replace: 'b' };
  expect(() => patched('a a', [patch])).toThrow('step.ts does not have once: a');
  expect(() => patched('', [patch])).toThrow('step.ts does not have once: a');
});

test('no two mutations have one name', () => {
  expect(new Set(MUTATIONS.map(({ rule }) => rule)).size).toBe(MUTATIONS.length);
});

test.each(SAMPLE)(
  'dropped, it is caught, and the code as it is is not: %s',
  async (rule) => {
    const mutation = MUTATIONS.find((one) => one.rule === rule);
    expect(mutation).toBeDefined();
    if (mutation === undefined) return;
    const { verdict, why } = await tryMutation(mutation, false);
    expect({ verdict, why }).toEqual({ verdict: 'caught', why: undefined });
  },
  60_000,
);
