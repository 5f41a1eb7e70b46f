import type { LoadSample } from '@dbss/agent/protocol/load/load-sample.ts';
import type { Priority } from '@dbss/agent/protocol/method/method.ts';
import { parseOperation } from '@dbss/agent/protocol/management-files/operation.ts';
import { MANAGEMENT_FILE_NAMES } from '@dbss/agent/protocol/management-files/management-files.ts';
import { filesOnDisk } from './host.ts';
import type { World } from './world.ts';

/** Six servers in the ring order of the paper's Fig. 13. */
export const SIX = ['mail', 'ftp', 'web1', 'web2', 'proxy', 'login'] as const;

/** Load of a ring in which one server is the least loaded: it will run the virtual server. */
export function favouring(host: string): (server: string) => LoadSample {
  return (server) => ({ available_memory_kb: server === host ? 7_000_000 : 3_000_000, cpu_idle_percent: 380, network_kb_s: 10 });
}

/** A ring that has been up for a while, 5.00 s into an interval. */
export function ringInMidInterval<W extends World>(world: W): W {
  world.bootstrap();
  world.run(20_000);
  world.runToInterval(world.host(world.names[0] ?? '').state.configuration.timing.interval_ms / 2);
  return world;
}

/** What is not as the generated files say, in words; empty when all is normal. */
export function abnormalities(world: World): string[] {
  const generated = world.ring.files;
  return world.names.flatMap((name) => {
    const host = world.host(name);
    const { state } = host;
    const found: string[] = [];
    if (!host.on || !host.agentRuns) return [`${name} is off`];
    if (state.executor.phase !== 'running') found.push(`${name} is ${state.executor.phase}`);
    const holders = world.network.holders(world.vipOf(name));
    if (holders.join() !== name) found.push(`the address of ${name} is held by ${holders.join(' and ') || 'nobody'}`);
    for (const file of MANAGEMENT_FILE_NAMES.filter((known) => known !== 'heartbeat')) {
      if (state.files?.[file] !== generated[file]) found.push(`${file} of ${name} is ${JSON.stringify(state.files?.[file])}`);
      if (filesOnDisk(host)?.[file] !== generated[file]) found.push(`${file} on the memory disk of ${name} differs`);
    }
    if (JSON.stringify(filesOnDisk(host)?.data) !== JSON.stringify(generated.data)) found.push(`management data of ${name} differ`);
    const { virtualServer } = state;
    if (virtualServer.state !== 'suspended' || virtualServer.target !== undefined)
      found.push(`the standby of ${name} is ${virtualServer.state}`);
    if (host.standby.state !== 'suspended') found.push(`the domain of ${name} is ${host.standby.state}`);
    for (const priority of [1, 2] as const) {
      const managers = managersOf(world, name, priority);
      if (managers.join() !== expectedManagers(world, name, priority).join())
        found.push(`${name} is managed by ${managers.join(' and ') || 'nobody'}${priority === 2 ? ' with priority 2' : ''}`);
    }
    for (const { phase } of Object.values(state.dbss)) if (phase !== 'monitoring') found.push(`a DBSS of ${name} is ${phase}`);
    if (Object.values(state.outbox.queues).some((queue) => queue.length > 0)) found.push(`edits wait on ${name}`);
    return found;
  });
}

/** On which servers a DBSS with this target and priority runs. */
function managersOf(world: World, target: string, priority: Priority): readonly string[] {
  const manages = (name: string): boolean =>
    Object.values(world.host(name).state.dbss).some((dbss) => dbss.target === target && dbss.priority === priority);
  return world.names.filter(manages);
}

/** On which ones it should, says the generated operation file. */
function expectedManagers(world: World, target: string, priority: Priority): readonly string[] {
  return parseOperation(world.ring.files.operation)
    .filter((record) => record.target === target && record.priority === priority)
    .map(({ manager }) => manager);
}

/** Servers whose own heartbeat is older than two intervals in some server's heartbeat file. */
export function missingHeartbeats(world: World): string[] {
  const limit_s = (world.now_ms - 2 * world.host(world.names[0] ?? '').state.configuration.timing.interval_ms) / 1000;
  return world.names.flatMap((name) =>
    (world.files(name)?.heartbeat ?? '')
      .split('\n')
      .filter((line) => line !== '' && Number(line.split(' ')[1]) < limit_s)
      .map((line) => `${name}: ${line}`),
  );
}
