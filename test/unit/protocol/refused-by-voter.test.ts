import { newCustody } from '../../../agent/src/protocol/server/custody.ts';
import type { Work } from '../../../agent/src/protocol/server/work.ts';
import { refusedByVoter } from '../../../agent/src/protocol/server/without-quorum.ts';

const VIP = '198.18.0.113';

test('while one holder follows another and the voters name both in turn, each is logged once', () => {
  const lines: string[] = [];
  const work = { configuration: { self: 'web1' }, log: (line: string) => lines.push(line) } as unknown as Pick<
    Work,
    'configuration' | 'log'
  >;
  const custody = newCustody('machine', 1, 0);
  for (let index = 0; index < 10; index += 1) {
    for (const holder of ['mail', 'proxy', 'web1']) {
      refusedByVoter(
        work,
        { kind: 'refused', address: VIP, granted: { address: VIP, epoch: 1, holder, nonce: 'a' }, remaining_ms: 2_000 - index },
        custody,
      );
    }
  }
  expect(lines.map((line) => /is held by (\S+) for 2.00 s/.exec(line)?.[1])).toEqual(['mail', 'proxy']);
  expect(custody.refusedBy).toBe('proxy');
});
