import type { DbssPhase } from '@dbss/agent/protocol/dbss/dbss-state.ts';
import type { Priority } from '@dbss/agent/protocol/method/method.ts';
import { parseGroup } from '@dbss/agent/protocol/management-files/group.ts';
import { MANAGEMENT_FILE_NAMES } from '@dbss/agent/protocol/management-files/management-files.ts';
import type { AgentStatus, DbssStatus } from '@dbss/agent/protocol/status.ts';
import type { Inventory, Server } from '../inventory/inventory.ts';
import type { LeaseState, RingView, ServerState, ServerView, VotersView, WitnessView } from './ring-view.ts';

/** What one server answered, or why it did not. */
export type ServerAnswer = { readonly status: AgentStatus } | { readonly unreachable: string };

export type InspectedServer = Pick<Server, 'name' | 'virtualIp' | 'services'>;

interface Manager {
  readonly server: string;
  readonly priority: Priority;
  readonly phase: DbssPhase;
  readonly heldBack: ServerView['heldBack'];
  readonly noHost: ServerView['noHost'];
  readonly storageInDoubt: string | null;
  readonly givenUp: boolean;
}

const RECOVERY_PHASES: readonly DbssPhase[] = ['selecting', 'creating', 'addressing', 'waiting', 'returning'];

/**
 * One picture of the ring from what its servers say about themselves; none of them knows it all, and dead ones say nothing.
 *
 * @param servers of the inventory, in its order
 * @param answers by server name; a server without an entry counts as unreachable
 * @param witness what was seen of it; null in a ring without one
 */
export function mergeRing(
  { cluster, method, managementServer }: Pick<Inventory, 'cluster' | 'method' | 'managementServer'>,
  servers: readonly InspectedServer[],
  answers: ReadonlyMap<string, ServerAnswer>,
  witness: WitnessView | null = null,
): RingView {
  const statuses = servers.flatMap((server) => {
    const answer = answers.get(server.name);
    return answer !== undefined && 'status' in answer ? [answer.status] : [];
  });
  const running = statuses.filter((status) => status.executor === 'running');
  const group = mostCommon(running.map((status) => status.files?.group ?? '')) ?? '';
  const separation = mostCommon(running.map((status) => status.files?.separation ?? '')) ?? '';
  const separated = new Set(parseGroup(separation).map((record) => record.server));

  const views = servers.map((server): ServerView => {
    const answer = answers.get(server.name) ?? { unreachable: 'it was not asked' };
    const status = 'status' in answer ? answer.status : undefined;
    const manager = managersOf(server.name, statuses)[0];
    const internal = status?.internal.services ?? {};
    return {
      name: server.name,
      state: server.name === managementServer ? managerStateOf(status) : stateOf(status, manager, separated.has(server.name)),
      manages: targetsOf(status, 1),
      managesSecond: targetsOf(status, 2),
      managedBy: manager?.server ?? null,
      phase: manager?.phase ?? null,
      heldBack: manager?.heldBack ?? null,
      noHost: manager?.noHost ?? null,
      storageInDoubt: manager?.storageInDoubt ?? null,
      vip: server.virtualIp,
      heldBy: holdersOf(server.virtualIp, statuses)[0] ?? null,
      lease: leaseOf(server.virtualIp, statuses),
      addressProblem: status?.ownAddressProblem ?? null,
      scriptsNotRun: status?.scriptsNotRun ?? [],
      services: server.services.map((service) => service.daemon),
      normal: status === undefined ? null : normalOf(status, server),
      networkAbnormal: status?.internal.network === false,
      abnormalServices: Object.keys(internal).filter((daemon) => internal[daemon] === false),
      standby: status?.standby.state ?? null,
      standbyTarget: status?.standby.target ?? null,
      procedure: status === undefined ? null : procedureOf(status),
      unreachable: 'unreachable' in answer ? answer.unreachable : null,
    };
  });
  return {
    cluster,
    method,
    managementServer: managementServer ?? null,
    ring: parseGroup(group).map((record) => record.server),
    servers: views,
    witness,
    voters: votersOf(statuses),
    disagreements: [...fileDisagreements(running), ...servers.flatMap((server) => serverDisagreements(server, statuses))],
    allManaged: views.every((view) => view.state === 'managed' || view.state === 'managing'),
  };
}

function stateOf(status: AgentStatus | undefined, manager: Manager | undefined, separated: boolean): ServerState {
  if (manager !== undefined && RECOVERY_PHASES.includes(manager.phase) && !manager.givenUp) return 'recovering';
  if (separated) return 'separated';
  if (status === undefined) return 'unreachable';
  if (status.executor !== 'running') return 'waiting';
  return manager === undefined ? 'unmanaged' : 'managed';
}

function managerStateOf(status: AgentStatus | undefined): ServerState {
  if (status === undefined) return 'unreachable';
  return status.executor === 'running' ? 'managing' : 'waiting';
}

function targetsOf(status: AgentStatus | undefined, priority: Priority): readonly string[] {
  return (status?.dbss ?? []).flatMap((dbss) => ((dbss.priority ?? 1) === priority ? [dbss.target] : []));
}

function normalOf({ internal }: AgentStatus, server: InspectedServer): boolean | null {
  const results = [internal.network, ...server.services.map((service) => internal.services[service.daemon])];
  if (results.includes(false)) return false;
  return results.includes(undefined) ? null : true;
}

/** Servers on which a DBSS with this target runs; one that works on a recovery before one that monitors, then by priority (§2.2). */
function managersOf(target: string, statuses: readonly AgentStatus[]): readonly Manager[] {
  const managers = statuses.flatMap((status) =>
    status.dbss
      .filter((dbss) => dbss.target === target)
      .map((dbss): Manager => ({
        server: status.server,
        priority: dbss.priority ?? 1,
        phase: dbss.phase as DbssPhase,
        heldBack: heldBackBy(dbss),
        noHost: noHostFor(dbss),
        storageInDoubt: dbss.storageInDoubt ?? null,
        givenUp: dbss.givenUp === true,
      })),
  );
  const recovers = (manager: Manager): number => (RECOVERY_PHASES.includes(manager.phase) ? 0 : 1);
  return managers.sort((a, b) => recovers(a) - recovers(b) || a.priority - b.priority);
}

function heldBackBy({ heldBack }: DbssStatus): ServerView['heldBack'] {
  return heldBack === undefined ? null : { until: new Date(heldBack.until_unix_ms).toISOString(), returns: heldBack.returns };
}

function noHostFor({ noHost }: DbssStatus): ServerView['noHost'] {
  return noHost === undefined ? null : { failed: noHost.failed, again: new Date(noHost.again_unix_ms).toISOString() };
}

function holdersOf(vip: string, statuses: readonly AgentStatus[]): readonly string[] {
  const holders = statuses.flatMap((status) => status.holds.filter((hold) => hold.vip === vip).map((hold) => hold.by));
  return [...new Set(holders)];
}

/** Of several that hold or want an address, the one that holds it. */
function leaseOf(vip: string, statuses: readonly AgentStatus[]): LeaseState | null {
  const states = statuses.flatMap((status) => (status.leases ?? []).filter((lease) => lease.vip === vip).map(({ state }) => state));
  return states.find((state) => state === 'held') ?? states[0] ?? null;
}

function votersOf(statuses: readonly AgentStatus[]): VotersView | null {
  const known = statuses.flatMap((status) => status.voter?.configuration ?? []);
  const [newest] = known.sort((one, other) => other.term - one.term || other.version - one.version);
  if (newest === undefined) return null;
  const { term, version, voters } = newest;
  return { term, version, voters: voters.map(({ name, weight }) => ({ name, votes: weight })) };
}

function serverDisagreements(server: InspectedServer, statuses: readonly AgentStatus[]): readonly string[] {
  const holders = holdersOf(server.virtualIp, statuses);
  const managers = managersOf(server.name, statuses).flatMap((manager) => (manager.priority === 1 ? [manager.server] : []));
  return [
    ...(holders.length > 1 ? [`${server.virtualIp} of ${server.name} is held by ${holders.join(' and ')}`] : []),
    ...(managers.length > 1 ? [`${server.name} is managed by ${managers.join(' and ')}`] : []),
  ];
}

/** Management files that are not the same everywhere; heartbeats change all the time and are left out. */
function fileDisagreements(running: readonly AgentStatus[]): readonly string[] {
  return MANAGEMENT_FILE_NAMES.filter((name) => name !== 'heartbeat').flatMap((name) => {
    const owners = new Map<string, string[]>();
    for (const status of running) {
      const text = status.files?.[name] ?? '';
      owners.set(text, [...(owners.get(text) ?? []), status.server]);
    }
    return owners.size < 2 ? [] : [`the ${name} file differs: ${[...owners.values()].map((names) => names.join(', ')).join(' | ')}`];
  });
}

function procedureOf({ server, procedures }: AgentStatus): ServerView['procedure'] {
  if (procedures === undefined) return null;
  const { have, differences, problem } = procedures;
  return { version: have.find((stamp) => stamp.server === server)?.epoch ?? null, differences, problem: problem ?? null };
}

function mostCommon(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
