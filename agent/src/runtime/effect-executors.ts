import type { FencingDevice } from '../configuration/agent-configuration.ts';
import { fence } from '../effects/fencing/fence.ts';
import type { Hypervisor } from '../effects/hypervisor/hypervisor.ts';
import type { LoadMeter } from '../effects/load-meter/load-meter.ts';
import { restartMachine, startDaemons } from '../effects/machine/machine.ts';
import type { LocalCopyFile } from '../effects/local-copy/local-copy-file.ts';
import type { MemoryDiskWatch } from '../effects/memory-disk/memory-disk-watch.ts';
import { ping } from '../effects/ping/ping.ts';
import type { Procedures } from '../effects/procedure/procedures.ts';
import { checkService } from '../effects/service-check/check-service.ts';
import type { ExaminationTimes } from '../effects/service-check/examination-times.ts';
import type { ScriptsNotRun } from '../effects/service-check/scripts-not-run.ts';
import type { Account } from '../effects/service-check/work/account.ts';
import type { SharedStorageCheck } from '../effects/shared-storage/shared-storage-check.ts';
import type { Transport } from '../effects/transport/transport.ts';
import type { VirtualAddresses } from '../effects/virtual-address/virtual-addresses.ts';
import { wakeOnLan } from '../effects/wake-on-lan/wake-on-lan.ts';
import type { Effect } from '../protocol/effects.ts';
import { LOCAL_ADDRESS } from '../protocol/monitoring/internal-monitoring.ts';
import type { EffectExecutors, Product } from './executors.ts';
import { type HolderEquipment, ownershipExecutors, type VoterEquipment } from './ownership-executors.ts';
import type { OperatorTickets } from './operator-tickets.ts';
import { procedureExecutors } from './procedure-executors.ts';
import type { SystemLog } from './system-log.ts';
import type { Timers } from './timers.ts';

/** What the executors work with. */
export interface Equipment {
  readonly systemLog: SystemLog;
  readonly unix_ms: () => number;
  readonly timers: Timers;
  readonly memoryDisk: MemoryDiskWatch;
  readonly localCopy: LocalCopyFile;
  readonly transport: Transport;
  readonly loadMeter: LoadMeter;
  readonly examinations: ExaminationTimes;
  readonly scripts: ScriptsNotRun;
  readonly addresses: VirtualAddresses;
  readonly hypervisor: Hypervisor;
  readonly procedures: Procedures;
  readonly operators: OperatorTickets;
  readonly sharedStorage: SharedStorageCheck;
  /** Undefined with `quorum: none`. */
  readonly ownership: (VoterEquipment & HolderEquipment) | undefined;
  /** How other servers are switched off, by name. */
  readonly fencing: Readonly<Record<string, FencingDevice>>;
  readonly wakeOnLanBroadcasts: readonly string[];
  /** Who does the work of a client in examinations; undefined where no service asks for it. */
  readonly checkAccount: Account | undefined;
  /** Service daemons of this server, the only ones that it starts. */
  readonly ownDaemons: readonly string[];
  /** Told about what has no result and failed. */
  readonly failed: (what: string, error: unknown) => void;
}

export function effectExecutors(equipment: Equipment): EffectExecutors {
  const { systemLog, timers, memoryDisk, localCopy, transport, loadMeter, addresses, hypervisor, failed } = equipment;
  return {
    log: ({ background, text }) => systemLog.write(equipment.unix_ms(), background, text),
    'set-timer': ({ timer, after_ms }) => timers.set(timer, after_ms),
    'cancel-timer': ({ timer }) => timers.cancel(timer),
    'write-file': ({ name, content }) => memoryDisk.write(name, content),
    'write-flag': () => memoryDisk.write('flag', ''),
    'write-copy': ({ content }) => localCopy.write(content),
    call: async ({ to, message, timeout_ms }) => ({ kind: 'answer', answer: await transport.call(to, message, timeout_ms) }),
    answer: ({ call, answer }) => transport.answer(call, answer),
    ping: ({ address, timeout_ms }) => ping(address, timeout_ms),
    'check-service': async (effect) => examineService(equipment, effect),
    'check-storage': ({ demand, timeout_ms }) => equipment.sharedStorage.check({ demand, timeout_ms }),
    'measure-load': () => Promise.resolve({ kind: 'load', sample: loadMeter.sample() }),
    'add-address': ({ address, prefix_length }) => addresses.add(address, prefix_length),
    'remove-address': ({ address }) => addresses.remove(address),
    'start-daemons': ({ daemons }) => startDaemons(daemons, equipment.ownDaemons),
    'restart-machine': () => restartMachine(),
    fence: ({ server }) => fence(equipment.fencing[server], server),
    'wake-on-lan': ({ mac }) => wakeOnLan(mac, equipment.wakeOnLanBroadcasts),
    'prepare-hypervisor': () => {
      hypervisor.prepare().catch((error: unknown) => failed('preparing the hypervisor', error));
    },
    'resume-standby': async ({ timeout_ms }) => nothing(await hypervisor.resumeStandby(timeout_ms)),
    ...procedureExecutors(equipment),
    'add-virtual-server-address': async ({ address, prefix_length, timeout_ms }) =>
      nothing(await hypervisor.addVirtualServerAddress({ address, prefix_length, timeout_ms })),
    'remove-virtual-server-address': async ({ address, prefix_length, timeout_ms }) =>
      nothing(await hypervisor.removeVirtualServerAddress({ address, prefix_length, timeout_ms })),
    'reset-standby': async ({ timeout_ms }) => nothing(await hypervisor.resetStandby(timeout_ms)),
    ...ownershipExecutors(equipment.ownership, equipment.ownership),
  };
}

async function examineService(
  { examinations, scripts, checkAccount }: Equipment,
  { address, service, timeout_ms }: Effect & { kind: 'check-service' },
): Promise<Product> {
  const monitoring = address === LOCAL_ADDRESS ? 'internal' : 'external';
  const reason = await scripts.examine(service.script, () =>
    examinations.of(service.daemon, monitoring, () => checkService(address, service, timeout_ms, checkAccount)),
  );
  return reason === undefined ? undefined : { kind: 'unexamined', reason };
}

/** Whatever the hypervisor returns, the protocol is told only that it is done and how long it took. */
function nothing(_result: unknown): undefined {
  return undefined;
}
