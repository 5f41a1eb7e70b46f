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
import { Inbox } from './inbox.ts';
import { keyCommands, KeyReload } from './key-reload.ts';
import { Lateness } from './lateness.ts';
import { agentMetrics } from './metrics.ts';
import { openVoter } from './ownership.ts';
import { ownershipExecutors } from './ownership-executors.ts';
import type { AgentPaths } from './paths.ts';
import { effectPerformer } from './perform-effect.ts';
import { SystemLog } from './system-log.ts';
import { Timers } from './timers.ts';
import { voterCommands } from './voter-commands.ts';

/**
 * Put the agent of the witness together and start it: it listens to the servers of the ring, and to the control socket. It has no
 * memory disk, no hypervisor and no address.
 *
 * @throws Error when it cannot start: another agent runs here, the SEM address is missing, a key cannot be read
 */
export async function startWitness(configuration: WitnessConfiguration, paths: AgentPaths): Promise<RunningAgent> {
  const { self, cluster, quorum, sem_port, datagram_port, ownership } = configuration;
  const own = ownership.voters.find((voter) => voter.name === self);
  if (own === undefined) throw new Error(`${self} is not a voter`);
  const servers = ownership.voters.filter((voter) => voter !== own);
  const keys = readAgentKeys(paths);
  // Others may talk before all parts are there; what they say waits.
  const inbox = new Inbox();
  const push = inbox.push;
  const transport = new Transport({
    self: { name: self, address: own.semAddress },
    peers: servers.map(({ name, semAddress }) => ({ name, address: semAddress })),
    port: sem_port,
    identity: keys.identity,
    onCall: (call, from, request) => push({ kind: 'call', call, from, request }),
    report: (text) => diagnose('warning', text),
  });
  // Only one agent can listen here: whoever comes this far owns the sockets of this machine.
  await transport.listen().catch((cause: unknown) => {
    throw new Error(`cannot listen on SEM's ${own.semAddress}:${String(sem_port)}; does another agent run?`, { cause });
  });
  const systemLog = new SystemLog(paths.systemLog, (error) => diagnose('warning', `writing ${paths.systemLog}`, error));
  const failed = (what: string, error: unknown): boolean => diagnose('warning', what, error);
  const voter =
    quorum === 'none'
      ? undefined
      : await openVoter({
          self,
          cluster,
          ownership,
          datagram_port,
          keys: keys.datagrams,
          paths,
          heard: (from, message) => push({ kind: 'datagram', from, message }),
          failed,
          report: (problem) => diagnose('warning', problem),
        });
  const lateness = new Lateness((problem) => diagnose('warning', problem));
  const timers = new Timers(
    (timer) => push({ kind: 'timer', timer }),
    (late_ms) => lateness.add(late_ms),
  );
  const perform = effectPerformer<WitnessEffect>({
    executors: {
      log: ({ background, text }) => systemLog.write(systemClock().unix_ms, background, text),
      answer: ({ call, answer }) => transport.answer(call, answer),
      'set-timer': ({ timer, after_ms }) => timers.set(timer, after_ms),
      'cancel-timer': ({ timer }) => timers.cancel(timer),
      ...ownershipExecutors(voter?.equipment, undefined),
    },
    mono_ms: () => systemClock().mono_ms,
    settled: (request, outcome) => push({ kind: 'result', request, outcome }),
    failed,
  });
  const initial = initialWitnessState(cluster, self, quorum === 'none' ? undefined : ownership);
  const loop = new AgentLoop({ initial, step: witnessStep }, systemClock, perform);
  inbox.deliverTo(loop);
  mkdirSync(paths.run, { recursive: true, mode: 0o700 });
  const started_unix_ms = systemClock().unix_ms;
  const keyReload = new KeyReload(paths, keys, ({ identity, datagrams }) => {
    transport.renewIdentity(identity);
    if (datagrams !== undefined) voter?.equipment.datagrams.useKeys(datagrams);
  });
  const controlSocket = new ControlSocket(paths.controlSocket, {
    status: () => witnessStatusOf(loop.state),
    metrics: () =>
      agentMetrics({
        server: self,
        cluster,
        started_unix_ms,
        lateness,
        transport,
        keys: keyReload.report,
        datagrams: voter?.equipment.datagrams,
      }),
    ...keyCommands(keyReload, transport),
    ...(voter === undefined ? {} : voterCommands(push)),
  });
  const incarnation = randomBytes(8).toString('hex');
  loop.start({ kind: 'started', ...machineFacts(), incarnation, held_addresses: [], standby: 'absent', found: voter?.found });
  await controlSocket.listen();
  diagnose('information', `witness ${self} of ${cluster} runs`);

  return {
    reload: () => {
      systemLog.reopen();
      keyReload.reloadOrWarn();
    },
    stop: () => {
      loop.stop();
      timers.cancelAll();
      voter?.close(loop.state.ownership);
      transport.close();
      controlSocket.close();
      systemLog.close();
    },
  };
}
