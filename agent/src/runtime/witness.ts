import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { WitnessConfiguration } from '../configuration/agent-configuration.ts';
import { machineFacts } from '../effects/machine/machine.ts';
import { Transport } from '../effects/transport/transport.ts';
import { initialWitnessState, witnessStatusOf, witnessStep, type WitnessEffect } from '../protocol/witness/witness.ts';
import type { RunningAgent } from './agent.ts';
import { readAgentKeys } from './agent-keys.ts';
import { AgentLoop } from './agent-loop.ts';
import { systemClock } from './clock.ts';
import { ControlSocket } from './control-socket.ts';
import { diagnose } from './diagnostics.ts';
import { keyCommands, KeyReload } from './key-reload.ts';
import { agentMetrics } from './metrics.ts';
import type { AgentPaths } from './paths.ts';
import { SystemLog } from './system-log.ts';

/**
 * Put the agent of the witness together and start it: it listens to the servers of the ring, and to the control socket. It has no
 * memory disk, no hypervisor and no address.
 *
 * @throws Error when it cannot start: another agent runs here, the SEM address is missing, a key cannot be read
 */
export async function startWitness(configuration: WitnessConfiguration, paths: AgentPaths): Promise<RunningAgent> {
  const { self, cluster, sem_port, ownership } = configuration;
  const own = ownership.voters.find((voter) => voter.name === self);
  if (own === undefined) throw new Error(`${self} is not a voter`);
  const servers = ownership.voters.filter((voter) => voter !== own);
  const keys = readAgentKeys(paths);
  const transport = new Transport({
    self: { name: self, address: own.semAddress },
    peers: servers.map(({ name, semAddress }) => ({ name, address: semAddress })),
    port: sem_port,
    identity: keys.identity,
    onCall: (call, from, request) => loop.push({ kind: 'call', call, from, request }),
    report: (text) => diagnose('warning', text),
  });
  // Only one agent can listen here: whoever comes this far owns the sockets of this machine.
  await transport.listen().catch((cause: unknown) => {
    throw new Error(`cannot listen on SEM's ${own.semAddress}:${String(sem_port)}; does another agent run?`, { cause });
  });
  const systemLog = new SystemLog(paths.systemLog, (error) => diagnose('warning', `writing ${paths.systemLog}`, error));
  const perform = (effect: WitnessEffect): void => {
    switch (effect.kind) {
      case 'log':
        systemLog.write(systemClock().unix_ms, effect.background, effect.text);
        return;
      case 'answer':
        transport.answer(effect.call, effect.answer);
    }
  };
  const loop = new AgentLoop({ initial: initialWitnessState(cluster, self), step: witnessStep }, systemClock, perform);
  mkdirSync(paths.run, { recursive: true, mode: 0o700 });
  const started_unix_ms = systemClock().unix_ms;
  const keyReload = new KeyReload(paths, keys, ({ identity }) => transport.renewIdentity(identity));
  const controlSocket = new ControlSocket(paths.controlSocket, {
    status: () => witnessStatusOf(loop.state),
    metrics: () => agentMetrics({ server: self, cluster, started_unix_ms, transport, keys: keyReload.report }),
    ...keyCommands(keyReload, transport),
  });
  const incarnation = randomBytes(8).toString('hex');
  loop.start({ kind: 'started', ...machineFacts(), incarnation, held_addresses: [], standby: 'absent' });
  await controlSocket.listen();
  diagnose('information', `witness ${self} of ${cluster} runs`);

  return {
    reload: () => {
      systemLog.reopen();
      keyReload.reloadOrWarn();
    },
    stop: () => {
      loop.stop();
      transport.close();
      controlSocket.close();
      systemLog.close();
    },
  };
}
