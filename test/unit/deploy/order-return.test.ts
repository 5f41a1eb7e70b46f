import { expect, test } from '@jest/globals';
import type { AgentStatus } from '@dbss/agent/protocol/status.ts';
import { orderReturn, type ReturningAgents } from '../../../cli/src/deploy/order-return.ts';
import { BrokenError, UserError } from '../../../cli/src/errors.ts';
import { loadInventory } from '../../../cli/src/inventory/load-inventory.ts';

/** Agents of the lab: those that answer with their targets, and those that take the order. */
function agents(
  targets: Readonly<Record<string, string>>,
  takes: (server: string) => boolean = () => true,
): ReturningAgents & { ordered: string[] } {
  const ordered: string[] = [];
  return {
    ordered,
    status: (server) => {
      const target = targets[server];
      if (target === undefined) return Promise.reject(new BrokenError(`${server}: no answer`));
      return Promise.resolve({
        server,
        dbss: [{ name: `DBSS_${target}_${server}`, target, phase: 'monitoring' }],
      } as unknown as AgentStatus);
    },
    returnTarget: (server) => {
      if (!takes(server)) return Promise.reject(new BrokenError(`${server}: went away`));
      ordered.push(server);
      return Promise.resolve();
    },
  };
}

const RING = { mail: 'ftp', ftp: 'web1', web1: 'web2', web2: 'proxy', proxy: 'login', login: 'mail' };
const order = async (client: ReturningAgents): ReturnType<typeof orderReturn> =>
  orderReturn(await loadInventory('inventories/lab.yml'), client, 'ftp');

test('every server that answers is told, its manager first', async () => {
  const all = agents(RING);
  expect(await order(all)).toEqual({ manager: 'mail', without: [] });
  expect(all.ordered).toEqual(['mail', 'ftp', 'web1', 'web2', 'proxy', 'login']);
});

test('a server that goes away meanwhile is named, and the order stands', async () => {
  expect(await order(agents(RING, (server) => server !== 'web2'))).toEqual({ manager: 'mail', without: ['web2'] });
});

test('where the manager does not take the order, it failed', async () => {
  await expect(order(agents(RING, (server) => server !== 'mail'))).rejects.toThrow('mail: went away');
});

test('that nobody answers is an outage and says why, and that nobody manages the server is a wrong order', async () => {
  const outage = await order(agents({})).catch((error: unknown) => error);
  expect(outage).toBeInstanceOf(BrokenError);
  expect((outage as Error).message).toContain('web1: no answer');
  await expect(order(agents({ ...RING, mail: 'web1' }))).rejects.toBeInstanceOf(UserError);
});
