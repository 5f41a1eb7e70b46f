import type { Request } from '@dbss/agent/protocol/sem/messages.ts';
import { abnormalities, favouring, ringInMidInterval } from '../support/normal.ts';
import { World } from '../support/world.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const ENOUGH_MS = 240_000;

describe.each([
  ['Nt', 'a'],
  ['Nt', 'd'],
  ['St', 'a'],
  ['St', 'd'],
] as const)('a recovery (%s) with its virtual server on %s', (fault, host) => {
  test('ends in normal whichever one message of it is lost', () => {
    const wrong: string[] = [];
    for (let index = 0, spent = true; spent; index += 1) {
      const lost: string[] = [];
      const world = new World(NAMES);
      world.loadOf = favouring(host);
      ringInMidInterval(world);
      let seen = 0;
      world.faults.loseMessages((from, to, request, part) => {
        if (!isOfRecovery(request)) return false;
        seen += 1;
        if (seen !== index + 1) return false;
        lost.push(`${part} of ${request.kind} from ${from} to ${to}`);
        return true;
      });
      if (fault === 'Nt') world.plug('b');
      else world.stopDaemon('b');
      world.run(ENOUGH_MS);
      world.runToInterval(8000);
      spent = world.faults.spent;
      const healthyRestarted = world.restarted.filter((name) => name !== 'b').map((name) => `${name} was restarted`);
      wrong.push(...[...abnormalities(world), ...world.doubleHeld, ...healthyRestarted].map((what) => `lost ${lost.join()}: ${what}`));
    }
    expect(wrong).toEqual([]);
  });
});

function isOfRecovery(request: Request): boolean {
  return request.kind !== 'hello' && request.kind !== 'heartbeat';
}
