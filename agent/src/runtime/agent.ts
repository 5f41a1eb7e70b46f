import { randomBytes } from 'node:crypto';
import type { AgentConfiguration } from '../configuration/agent-configuration.ts';
import { Counter } from '../effects/counter.ts';
import type { Hypervisor } from '../effects/hypervisor/hypervisor.ts';
import { LoadMeter } from '../effects/load-meter/load-meter.ts';
import { machineFacts } from '../effects/machine/machine.ts';
import { contentOf, MemoryDisk } from '../effects/memory-disk/memory-disk.ts';
import { LocalCopyFile } from '../effects/local-copy/local-copy-file.ts';
import { MemoryDiskWatch } from '../effects/memory-disk/memory-disk-watch.ts';
import { ExaminationTimes } from '../effects/service-check/examination-times.ts';
import { SharedStorageCheck } from '../effects/shared-storage/shared-storage-check.ts';
import { Transport } from '../effects/transport/transport.ts';
import { VirtualAddresses } from '../effects/virtual-address/virtual-addresses.ts';
import { parseManagementData } from '../protocol/management-files/management-data.ts';
import type { Voter } from '../protocol/ring/ownership-configuration.ts';
import type { RingServer } from '../protocol/ring/ring-configuration.ts';
import { initialServerState } from '../protocol/server/server-state.ts';
import { serverStatusOf } from '../protocol/server/server-status.ts';
import { serverStep } from '../protocol/server/server-step.ts';
import { type AgentKeys, readAgentKeys } from './agent-keys.ts';
import { AgentLoop, type Happening } from './agent-loop.ts';
import { systemClock } from './clock.ts';
import { ControlSocket } from './control-socket.ts';
import { diagnose } from './diagnostics.ts';
import { effectExecutors } from './effect-executors.ts';
import { Inbox } from './inbox.ts';
import { keyCommands, KeyReload } from './key-reload.ts';
import { Lateness } from './lateness.ts';
import { agentMetrics } from './metrics.ts';
import { openHolder, type Opened } from './ownership.ts';
import { openProcedures, procedureCommands } from './open-procedures.ts';
import { OperatorTickets } from './operator-tickets.ts';
import type { HolderEquipment, VoterEquipment } from './ownership-executors.ts';
import type { AgentPaths } from './paths.ts';
import { watchEmulator } from './emulator-watch.ts';
import { effectPerformer } from './perform-effect.ts';
import { scriptsToldIn } from './scripts-told.ts';
import { standbyTroublesToldIn } from './standby-troubles-told.ts';
import { SystemLog } from './system-log.ts';
import { Timers } from './timers.ts';
import { voterCommands } from './voter-commands.ts';

/** How long the hypervisor may hold up the start. */
const STANDBY_QUESTION_MS = 2_000;

export interface RunningAgent {
  /** The system log was moved away, or keys were changed: go on in a new one and with the keys that lie there now. */
  readonly reload: () => void;
  /** Stop at once. Addresses, files and the standby stay as they are. */
  readonly stop: () => void;
}

/**
 * Put the agent together and start it: the protocol, the effects and what makes events.
 *
 * @throws Error when it cannot start: another agent runs here, the SEM address or the service interface is missing, a key cannot be read
 */
export async function startAgent(
  configuration: AgentConfiguration,
  paths: AgentPaths,
  createHypervisor: (configuration: AgentConfiguration, paths: AgentPaths, warn: (error: Error) => void) => Hypervisor,
): Promise<RunningAgent> {
  const { self, peers, witness } = membersOf(configuration);
  const keys = readAgentKeys(paths);
  const started_unix_ms = systemClock().unix_ms;
  // Others may talk before all parts are there; what they say waits.
  const inbox = new Inbox();
  const push = inbox.push;
  const failed = (what: string, error: unknown): boolean => diagnose('warning', what, error);

  const transport = new Transport({
    self: { name: self.name, address: self.semAddress },
    peers: [...peers, ...witness].map(({ name, semAddress }) => ({ name, address: semAddress })),
    port: configuration.sem_port,
    identity: keys.identity,
    onCall: (call, from, request) => {
      // The witness is asked and asks nothing: who has broken into it can edit no file and move no address.
      if (witness.some(({ name }) => name === from)) transport.answer(call, { kind: 'refused', reason: 'a witness only votes' });
      else push({ kind: 'call', call, from, request });
    },
    report: (text) => diagnose('warning', text),
  });
  // Only one agent can listen here: whoever comes this far owns the files and sockets of this server.
  await transport.listen().catch((cause: unknown) => {
    throw new Error(`cannot listen on SEM's ${self.semAddress}:${String(configuration.sem_port)}; does another agent run?`, { cause });
  });
  const systemLog = new SystemLog(paths.systemLog, (error) => failed(`writing ${paths.systemLog}`, error));
  const memoryDisk = new MemoryDisk(paths.run);
  const localCopy = new LocalCopyFile(paths.localCopy, (error) => failed(`writing ${paths.localCopy}`, error));
  const watch = new MemoryDiskWatch(memoryDisk, {
    changed: (content) => push({ kind: 'memory-disk', ...content }),
    failed: (error) => failed(`looking at ${paths.run}`, error),
  });
  const lateness = new Lateness((problem) => diagnose('warning', problem));
  const timers = new Timers(
    (timer) => push({ kind: 'timer', timer }),
    (late_ms) => lateness.add(late_ms),
  );
  const addresses = new VirtualAddresses(configuration.service_interface, (problem) => diagnose('warning', problem));
  const hypervisor = createHypervisor(
    configuration,
    paths,
    standbyTroublesToldIn(systemLog, () => systemClock().unix_ms),
  );
  const operators = new OperatorTickets();
  const ownership = await openOwnership(configuration, paths, { keys, push });
  const effects = new Counter<'effect' | 'outcome'>();
  const examinations = new ExaminationTimes(() => systemClock().mono_ms);
  const scripts = scriptsToldIn(systemLog, self.name, () => systemClock().unix_ms);
  const perform = effectPerformer({
    executors: effectExecutors({
      systemLog,
      unix_ms: () => systemClock().unix_ms,
      timers,
      memoryDisk: watch,
      localCopy,
      transport,
      loadMeter: new LoadMeter(configuration.service_interface),
      examinations,
      scripts,
      addresses,
      hypervisor,
      procedures: openProcedures(configuration, paths, { keys: () => keyReload.keys, warn: (problem) => diagnose('warning', problem) }),
      operators,
      sharedStorage: new SharedStorageCheck(configuration.storage_check),
      checkAccount: configuration.check_account,
      ownership: ownership?.equipment,
      fencing: configuration.fencing ?? {},
      wakeOnLanBroadcasts: configuration.wake_on_lan_broadcasts,
      ownDaemons: self.services.map(({ daemon }) => daemon),
      failed,
    }),
    mono_ms: () => systemClock().mono_ms,
    settled: (request, outcome) => push({ kind: 'result', request, outcome }),
    count: (effect, outcome) => effects.add({ effect, outcome }),
    failed,
  });
  const loop = new AgentLoop({ initial: initialServerState(configuration.ring), step: serverStep }, systemClock, perform);
  inbox.deliverTo(loop);
  const keyReload = new KeyReload(paths, keys, ({ identity, datagrams }) => {
    transport.renewIdentity(identity);
    if (datagrams !== undefined) ownership?.equipment.datagrams.useKeys(datagrams);
    // What is sealed with the old keys will not be believed for long: the next look sees it.
    push({ kind: 'timer', timer: 'procedure' });
  });
  const controlSocket = new ControlSocket(paths.controlSocket, {
    status: () => ({ ...serverStatusOf(loop.state), scriptsNotRun: scripts.list() }),
    metrics: () =>
      agentMetrics({
        server: self.name,
        cluster: configuration.ring.cluster,
        started_unix_ms,
        lateness,
        transport,
        keys: keyReload.report,
        datagrams: ownership?.equipment.datagrams,
        effects,
        examinations,
      }),
    ...keyCommands(keyReload, transport),
    ...procedureCommands(push, operators),
    'reset-standby': () => {
      push({ kind: 'operator', command: 'reset-standby' });
      return { ok: true };
    },
    'return-target': (request) => {
      const target: unknown = 'target' in request ? request.target : undefined;
      // Also where no DBSS of it runs: what this server remembers of the target is to be forgotten.
      if (typeof target !== 'string' || !configuration.ring.servers.some(({ name }) => name === target)) {
        return { error: `${JSON.stringify(target)} is no server of the ring` };
      }
      push({ kind: 'operator', command: 'return-target', target });
      return { ok: true };
    },
    ...(ownership === undefined ? {} : voterCommands(push)),
  });
  const [held_addresses, standby] = await Promise.all([heldAddresses(addresses, memoryDisk), standbyState(hypervisor)]);
  const copy = await localCopy.read().catch((error: unknown) => {
    failed(`reading ${paths.localCopy}`, error);
    return undefined;
  });
  const incarnation = randomBytes(8).toString('hex');
  loop.start({ kind: 'started', ...machineFacts(), incarnation, held_addresses, standby, copy, found: ownership?.found });
  watch.start();
  const stopWatchingEmulator = watchEmulator({
    isAlive: () => hypervisor.isEmulatorAlive(),
    ended: () => push({ kind: 'emulator-ended' }),
    failed: (error) => failed('looking after the emulator of the standby', error),
  });
  // Only now: whoever asks finds an agent that has looked at the memory disk, and may put files there.
  await controlSocket.listen();
  diagnose('information', `agent of ${self.name} in ${configuration.ring.cluster} runs; standby ${standby}`);

  return {
    reload: () => {
      systemLog.reopen();
      keyReload.reloadOrWarn();
    },
    stop: () => {
      loop.stop();
      watch.stop();
      stopWatchingEmulator();
      localCopy.close();
      timers.cancelAll();
      addresses.close();
      transport.close();
      ownership?.close(loop.state.ownership);
      controlSocket.close();
      void hypervisor.close();
      systemLog.close();
    },
  };
}

/** With `quorum: none` nobody is asked, and nothing is opened. */
async function openOwnership(
  { ring, datagram_port, service_interface: networkInterface, standby }: AgentConfiguration,
  paths: AgentPaths,
  { keys, push }: { readonly keys: AgentKeys; readonly push: (happening: Happening) => void },
): Promise<Opened<VoterEquipment & HolderEquipment> | undefined> {
  if (ring.quorum === 'none' || ring.ownership === undefined) return undefined;
  return openHolder({
    self: ring.self,
    cluster: ring.cluster,
    ownership: ring.ownership,
    datagram_port,
    networkInterface,
    ownGuest: standby.mac,
    keys: keys.datagrams,
    paths,
    heard: (from, message) => push({ kind: 'datagram', from, message }),
    failed: (what, error) => diagnose('warning', what, error),
    report: (problem) => diagnose('warning', problem),
  });
}

function membersOf({ ring }: AgentConfiguration): { self: RingServer; peers: readonly RingServer[]; witness: readonly Voter[] } {
  const self = ring.servers.find((server) => server.name === ring.self);
  if (self === undefined) throw new Error(`${ring.self} is not a server of the ring`);
  const witness = ring.ownership?.voters.filter((voter) => voter.witness) ?? [];
  return { self, peers: ring.servers.filter((server) => server !== self), witness };
}

/** Virtual addresses of the ring on the service interface, by the management data on the memory disk. */
async function heldAddresses(addresses: VirtualAddresses, memoryDisk: MemoryDisk): Promise<string[]> {
  const { files } = contentOf(memoryDisk.look());
  const virtual = Object.values(files?.data ?? {}).flatMap((text) => parseManagementData(text)?.virtualIp ?? []);
  return (await addresses.held()).filter((address) => virtual.includes(address));
}

/** A hypervisor that cannot be asked in time counts as one without a standby: the ring must not wait for it. */
async function standbyState(hypervisor: Hypervisor): Promise<'suspended' | 'running' | 'absent'> {
  return await new Promise((resolve) => {
    const absent = (error: unknown): void => {
      diagnose('warning', 'the hypervisor does not say what its standby does', error);
      resolve('absent');
    };
    const limit = setTimeout(() => absent(`no answer within ${String(STANDBY_QUESTION_MS)} ms`), STANDBY_QUESTION_MS);
    hypervisor
      .standbyState()
      .then(resolve, absent)
      .finally(() => clearTimeout(limit));
  });
}
